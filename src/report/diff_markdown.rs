//! A diff of clusters as Markdown, for comments on GitHub, GitLab and Gitea.
//!
//! The table first, then dangers, then findings, then a folded block for each object. Where the whole does not fit, it is cut between objects, and says what is
//! missing. Nothing that a repository says can become markup or end a block. Must not know where the text goes.

use std::collections::{BTreeSet, HashMap};

use super::{
    diff_alike::Alike,
    diff_words::{all_folded, counted, finding, folded, notes, patch_lines, sign},
    markdown::{code, escaped, prose},
};
use crate::{
    diff::{ClusterChange, Danger, Diff, Level, ObjectChange, Place, Status, UnitChange},
    text::visible,
};

/// How a comment is written.
#[derive(Clone, Copy, Debug)]
pub struct CommentOptions<'o> {
    /// The most bytes that it may have.
    pub limit: usize,
    /// Where the whole diff can be seen.
    pub link: Option<&'o str>,
}

/// What is kept free for the list of what is cut off.
const TAIL: usize = 3000;

/// Writes the comment.
pub fn diff_markdown(diff: &Diff, options: CommentOptions<'_>) -> String {
    let mut page = Page { out: String::new(), limit: options.limit.max(2 * TAIL), link: options.link };
    page.out.push_str(&title(diff));
    page.out.push_str(&format!("\n{} → {}\n", code(&diff.base), code(&diff.head)));
    if !diff.clusters.is_empty() {
        page.table(diff);
    }
    page.dangers(&diff.danger);
    page.findings(diff);
    page.objects(diff);
    if let Some(folded) = all_folded(diff) {
        page.out.push_str(&format!("\n{}\n", prose(&folded)));
    }
    page.out
}

fn title(diff: &Diff) -> String {
    let named: Vec<String> = diff
        .clusters
        .iter()
        .enumerate()
        .map(|(number, cluster)| {
            let count = cluster.counts().total();
            let what = if number == 0 { format!("{} change", counted(count, "object")) } else { count.to_string() };
            let what = if number == 0 && count == 1 { what + "s" } else { what };
            format!("{what} in {}", escaped(&visible(cluster.name.as_deref().unwrap_or("no cluster"))))
        })
        .collect();
    // A long row of clusters is what the table is for.
    match named.len() {
        0 => "### treewright: no object changes\n".to_owned(),
        _ if diff.objects().next().is_none() => "### treewright: no object changes, only units\n".to_owned(),
        1..=3 => format!("### treewright: {}\n", named.join(", ")),
        count => {
            let objects = diff.objects().count();
            format!("### treewright: {} change in {}\n", counted(objects, "object"), counted(count, "cluster"))
        }
    }
}

struct Page<'o> {
    out: String,
    limit: usize,
    link: Option<&'o str>,
}

impl Page<'_> {
    fn table(&mut self, diff: &Diff) {
        self.out.push_str("\n| cluster | + | ~ | − | danger |\n|---|--:|--:|--:|---|\n");
        let most = self.limit / 5;
        let begin = self.out.len();
        for (number, cluster) in diff.clusters.iter().enumerate() {
            let row = row(diff, cluster);
            if self.out.len() - begin + row.len() > most {
                let rest = diff.clusters.len() - number;
                self.out.push_str(&format!("| … and {rest} more | | | | |\n"));
                break;
            }
            self.out.push_str(&row);
        }
    }

    fn dangers(&mut self, dangers: &[Danger]) {
        if dangers.is_empty() {
            return;
        }
        self.out.push_str("\n#### Danger\n\n");
        let most = self.limit / 3;
        let begin = self.out.len();
        let told = once_each(dangers);
        for (number, (danger, units)) in told.iter().enumerate() {
            let place = danger.place.as_ref().map(|place| format!(" ({})", at(place))).unwrap_or_default();
            let cluster =
                danger.cluster.as_deref().map(|name| format!("{}: ", escaped(&visible(name)))).unwrap_or_default();
            let message = format!(
                "{} **{}** {cluster}{}{place}{}",
                mark(danger.level),
                danger.level.as_str(),
                prose(&danger.message),
                if units.len() > 1 { format!(", in {} units", units.len()) } else { String::new() }
            );
            let is_last = told.get(number + 1).is_none_or(|(next, _)| next.id != danger.id);
            let why = if is_last { format!("  \n  {}", prose(&danger.why)) } else { String::new() };
            let line = format!("- {message}{why}\n");
            if self.out.len() - begin + line.len() > most {
                self.out.push_str(&format!("- … and {} more{}\n", told.len() - number, self.whole()));
                break;
            }
            self.out.push_str(&line);
        }
    }

    fn findings(&mut self, diff: &Diff) {
        let Some(findings) = &diff.findings else { return };
        let most = self.limit / 6;
        for (title, all) in [("New findings", &findings.new), ("Resolved findings", &findings.resolved)] {
            if all.is_empty() {
                continue;
            }
            self.out.push_str(&format!("\n<details><summary>{title}: {}</summary>\n\n", all.len()));
            let begin = self.out.len();
            for (number, one) in all.iter().enumerate() {
                let place = one.place.as_ref().map(|place| format!("{}: ", at(place))).unwrap_or_default();
                let line = format!("- {place}{}\n", prose(&finding(one)));
                if self.out.len() - begin + line.len() > most {
                    self.out.push_str(&format!("- … and {} more\n", all.len() - number));
                    break;
                }
                self.out.push_str(&line);
            }
            self.out.push_str("\n</details>\n");
        }
    }

    /// The objects, as many as fit; then the names of the others, as many as fit; then how many there are.
    fn objects(&mut self, diff: &Diff) {
        let mut cut: Vec<(&ClusterChange, &ObjectChange)> = Vec::new();
        for cluster in &diff.clusters {
            self.title(cluster.name.as_deref().unwrap_or("In no cluster"), &cut);
            let alike = Alike::of(cluster);
            let mut in_list = false;
            for unit in &cluster.units {
                let line = one_line(unit, &alike);
                let is_line = line.is_some();
                let blocks = if let Some(line) = line {
                    let gap = if in_list { "" } else { "\n" };
                    vec![(format!("{gap}{line}"), unit.objects.iter().collect())]
                } else {
                    self.unit(unit, &cut);
                    blocks(unit, &alike, self.limit / 4)
                };
                in_list = is_line;
                for (block, objects) in blocks {
                    if !cut.is_empty() || self.out.len() + block.len() + TAIL > self.limit {
                        cut.extend(objects.into_iter().map(|object| (cluster, object)));
                    } else {
                        self.out.push_str(&block);
                    }
                }
            }
        }
        if cut.is_empty() {
            return;
        }
        let whole = self.whole();
        self.out.push_str(&format!(
            "\n**{} not shown**, because this comment would be too long{whole}:\n\n",
            counted_are(cut.len())
        ));
        for (number, (cluster, object)) in cut.iter().enumerate() {
            let name = cluster.name.as_deref().unwrap_or("no cluster");
            let line =
                format!("- {} {} in {}\n", sign(object.status), code(&object.id.to_string()), escaped(&visible(name)));
            let rest = format!("- … and {} more\n", cut.len() - number);
            // What the filters folded away is said behind this.
            if self.out.len() + line.len() + rest.len() + 400 > self.limit {
                self.out.push_str(&rest);
                break;
            }
            self.out.push_str(&line);
        }
    }

    fn title<T>(&mut self, name: &str, cut: &[T]) {
        if cut.is_empty() && self.out.len() + TAIL < self.limit {
            self.out.push_str(&format!("\n#### {}\n", escaped(&visible(name))));
        }
    }

    fn unit<T>(&mut self, unit: &UnitChange, cut: &[T]) {
        let mut notes = Vec::new();
        match unit.status {
            Status::Added => notes.push("new".to_owned()),
            Status::Removed => notes.push("gone".to_owned()),
            Status::Changed => {}
        }
        notes.extend(unit.was.as_ref().map(|was| format!("was {}", code(was))));
        notes.extend(unit.suspended.then(|| "**suspended**".to_owned()));
        let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        let mut text = format!("\n{}{notes}\n\n", code(&unit.id));
        for one in &unit.not_rendered {
            text.push_str(&format!("- {}\n", prose(one)));
        }
        if cut.is_empty() && self.out.len() + text.len() + TAIL < self.limit {
            self.out.push_str(&text);
        }
    }

    /// Where the whole diff is.
    fn whole(&self) -> String {
        self.link
            .map(|link| format!("; [the whole diff](<{}>)", link.replace(['<', '>', '\n', ' '], "")))
            .unwrap_or_default()
    }
}

fn row(diff: &Diff, cluster: &ClusterChange) -> String {
    let counts = cluster.counts();
    let dangers: Vec<&Danger> = diff.danger_of(cluster).collect();
    let danger = match dangers.as_slice() {
        [] => String::new(),
        [only] if only.level > Level::Info => format!("**{}**", cell(&prose(&only.message))),
        all => {
            let count = |level: Level| all.iter().filter(|danger| danger.level == level).count();
            let counts = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "info")];
            let named = counts.iter().map(|(level, word)| (count(*level), word)).filter(|(count, _)| *count > 0);
            named.map(|(count, word)| format!("**{}**", counted(count, word))).collect::<Vec<_>>().join(", ")
        }
    };
    let name = cluster.name.as_deref().unwrap_or("(in no cluster)");
    let news = match cluster.status {
        Status::Added => " (new)",
        Status::Removed => " (gone)",
        Status::Changed => "",
    };
    format!(
        "| {}{news} | {} | {} | {} | {danger} |\n",
        escaped(&visible(name)),
        counts.added,
        counts.changed,
        counts.removed
    )
}

/// Dangers that say the same of the same line, because several units take it in, once; and of which units.
fn once_each(dangers: &[Danger]) -> Vec<(&Danger, BTreeSet<&str>)> {
    let mut told: Vec<(&Danger, BTreeSet<&str>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for danger in dangers {
        let said = format!("{:?}", (&danger.id, danger.level, &danger.cluster, &danger.message, &danger.place));
        if let Some((_, units)) = known.get(&said).and_then(|&at| told.get_mut(at)) {
            units.insert(&danger.unit);
        } else {
            known.insert(said, told.len());
            told.push((danger, BTreeSet::from([danger.unit.as_str()])));
        }
    }
    told
}

/// Markdown as one cell of a table: a bar in code would end it, too.
fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut backslashes = 0;
    for c in markdown.chars() {
        if c == '|' && backslashes % 2 == 0 {
            out.push('\\');
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        out.push(c);
    }
    out
}

/// The objects of a unit: one by one, and then those that change as another one does.
fn blocks<'d>(unit: &'d UnitChange, alike: &Alike<'_>, most: usize) -> Vec<(String, Vec<&'d ObjectChange>)> {
    let (named, shown): (Vec<_>, Vec<_>) = unit.objects.iter().partition(|object| alike.like(object).is_some());
    let mut blocks: Vec<_> = shown.into_iter().map(|object| (block(object, alike, most), vec![object])).collect();
    if !named.is_empty() {
        // A list right behind a tag would be taken for a part of it.
        let list: String = likes(&named, alike).iter().map(|like| format!("- {like}\n")).collect();
        blocks.push((format!("\n{list}"), named));
    }
    blocks
}

/// A unit in which nothing has to be shown, as one item of a list.
fn one_line(unit: &UnitChange, alike: &Alike<'_>) -> Option<String> {
    let is_plain =
        unit.status == Status::Changed && unit.was.is_none() && !unit.suspended && unit.not_rendered.is_empty();
    let named: Vec<&ObjectChange> = unit.objects.iter().filter(|object| alike.like(object).is_some()).collect();
    let is_all = is_plain && !named.is_empty() && named.len() == unit.objects.len();
    is_all.then(|| format!("- {}: {}\n", code(&unit.id), likes(&named, alike).join("; ")))
}

/// Objects by the one that is shown for them.
fn likes(named: &[&ObjectChange], alike: &Alike<'_>) -> Vec<String> {
    let mut likes: Vec<(String, Vec<String>)> = Vec::new();
    for object in named {
        let Some(like) = alike.like(object) else { continue };
        match likes.iter_mut().find(|(other, _)| *other == like) {
            Some((_, names)) => names.push(tagged(object)),
            None => likes.push((like, vec![tagged(object)])),
        }
    }
    likes.into_iter().map(|(like, names)| format!("{} {}", names.join(", "), markup(&like))).collect()
}

fn tagged(object: &ObjectChange) -> String {
    format!("<code>{}</code>", markup(&format!("{} {}", sign(object.status), object.id)))
}

/// One object, folded.
fn block(object: &ObjectChange, alike: &Alike<'_>, most: usize) -> String {
    let mut title = format!("{} {}", sign(object.status), object.id);
    for note in notes(object).into_iter().chain(alike.note(object)) {
        title.push_str(&format!(" ({note})"));
    }
    let place =
        object.place.as_ref().map(|place| format!(" <sub>{}</sub>", markup(&place.to_string()))).unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    for field in &object.fields {
        let place = field.place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
        // Both GitHub and GitLab set such a line apart.
        lines.push(format!("@@ {} @@{place}", field.path));
        lines.extend(patch_lines(field));
    }
    lines.extend(
        object.content.iter().flat_map(|content| content.lines()).map(|line| format!("{} {line}", sign(object.status))),
    );
    lines.extend(folded(object).map(|folded| format!("  {folded}")));
    let body = visible_body(&lines);
    let fence = "`".repeat(longest_run(&body).max(2) + 1);
    let body = if body.is_empty() {
        "Nothing in it changes.\n".to_owned()
    } else if body.len() > most {
        format!("{} lines are too long to be shown here.\n", lines.len())
    } else {
        format!("{fence}diff\n{body}{fence}\n")
    };
    format!("<details><summary><code>{}</code>{place}</summary>\n\n{body}\n</details>\n", markup(&title))
}

fn visible_body(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{}\n", visible(line))).collect()
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

fn at(place: &Place) -> String {
    code(&place.to_string())
}

fn counted_are(count: usize) -> String {
    if count == 1 { "1 object is".to_owned() } else { format!("{count} objects are") }
}

fn mark(level: Level) -> &'static str {
    match level {
        Level::Error => "⛔",
        Level::Warning => "⚠️",
        Level::Info => "ℹ️",
    }
}

/// Text between tags.
fn markup(text: &str) -> String {
    let text = visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // Outside of a block of code, forges still look for people and issues to link.
    text.replace('@', "&#64;")
        .replace('#', "&#35;")
        .replace('`', "&#96;")
        .replace('*', "&#42;")
        .replace('_', "&#95;")
        .replace('~', "&#126;")
}
