//! A diff of clusters for people at a terminal.
//!
//! Clusters, units, objects, fields, each further in; dangers last, where a terminal shows them first. Must not know how anything was compared, nor decide about
//! colour.

use super::{
    TextOptions,
    diff_alike::Alike,
    diff_words::{all_folded, finding, folded, is_last_of_its_kind, notes, patch_lines, sign, summary},
};
use crate::{
    diff::{Danger, Diff, FieldChange, Level, ObjectChange, Place, Status, UnitChange},
    text::visible,
};

/// How a diff is drawn.
#[derive(Clone, Copy, Debug)]
pub struct DiffTextOptions {
    /// Colour and width.
    pub text: TextOptions,
    /// Whether objects that are new or gone are shown as a whole.
    pub whole: bool,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";
const PLAIN: &str = "";

/// The columns that lines of values are cut into at least, however deep they stand.
const NARROWEST: usize = 24;

/// Draws a diff; empty, if nothing changes.
pub fn diff_text(diff: &Diff, options: DiffTextOptions) -> String {
    let mut drawing = Drawing { out: String::new(), options };
    drawing.row(0, &[(DIM, format!("{} → {}", diff.base, diff.head))], None);
    let begin = drawing.out.len();
    for cluster in &diff.clusters {
        drawing.title(cluster.name.as_deref().unwrap_or("in no cluster"), cluster.status);
        let alike = Alike::of(cluster);
        for unit in &cluster.units {
            drawing.unit(unit, &alike);
        }
    }
    drawing.dangers(&diff.danger);
    if let Some(findings) = &diff.findings {
        for (title, all) in [("new findings", &findings.new), ("resolved findings", &findings.resolved)] {
            if !all.is_empty() {
                drawing.title(title, Status::Changed);
                for one in all {
                    let text = finding(one);
                    drawing.prose(2, 4, &visible(&text), text.chars().count());
                    if let Some(place) = &one.place {
                        drawing.row(4, &[], Some(place));
                    }
                }
            }
        }
    }
    if drawing.out.len() == begin {
        return String::new();
    }
    drawing.out.push('\n');
    for line in std::iter::once(summary(diff)).chain(all_folded(diff)) {
        drawing.row(0, &[(BOLD, line)], None);
    }
    drawing.out
}

struct Drawing {
    out: String,
    options: DiffTextOptions,
}

impl Drawing {
    fn title(&mut self, text: &str, status: Status) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let news = match status {
            Status::Added => " (new)",
            Status::Removed => " (gone)",
            Status::Changed => "",
        };
        self.row(0, &[(BOLD, text.to_owned()), (DIM, news.trim().to_owned())], None);
    }

    fn unit(&mut self, unit: &UnitChange, alike: &Alike<'_>) {
        let mut parts = vec![(CYAN, unit.id.clone())];
        match unit.status {
            Status::Added => parts.push((GREEN, "new".to_owned())),
            Status::Removed => parts.push((RED, "gone".to_owned())),
            Status::Changed => {}
        }
        parts.extend(unit.was.as_ref().map(|was| (DIM, format!("was {was}"))));
        parts.extend(unit.suspended.then(|| (YELLOW, "suspended".to_owned())));
        self.row(2, &parts, None);
        for one in &unit.not_rendered {
            let text = visible(one);
            self.prose(4, 4, &text, text.chars().count());
        }
        for object in &unit.objects {
            self.object(object, alike);
        }
    }

    fn object(&mut self, object: &ObjectChange, alike: &Alike<'_>) {
        let mut parts = vec![(colour(object.status), format!("{} {}", sign(object.status), object.id))];
        parts.extend(notes(object).into_iter().chain(alike.note(object)).map(|note| (DIM, note)));
        if let Some(like) = alike.like(object) {
            parts.push((DIM, like));
            return self.row(4, &parts, None);
        }
        self.row(4, &parts, object.place.as_ref());
        for field in &object.fields {
            self.field(field, object.place.as_ref());
        }
        if let Some(folded) = folded(object) {
            self.row(8, &[(DIM, folded)], None);
        }
        if let Some(content) = object.content.as_ref().filter(|_| self.options.whole) {
            for line in content.lines() {
                self.value(8, colour(object.status), &format!("{} {line}", sign(object.status)));
            }
        }
    }

    fn field(&mut self, field: &FieldChange, of_object: Option<&Place>) {
        let place = field.place.as_ref().filter(|place| Some(*place) != of_object);
        if let Some((before, after)) = in_one_line(field) {
            let line = [(PLAIN, format!("{}:", field.path)), (RED, before), (PLAIN, "→".to_owned()), (GREEN, after)];
            let length: usize = line.iter().map(|(_, text)| text.chars().count() + 1).sum();
            if 8 + length <= self.options.text.width {
                return self.row(8, &[(PLAIN, self.joined(&line))], place);
            }
        }
        self.row(8, &[(colour_of_field(field), field.path.clone())], place);
        for line in patch_lines(field) {
            let colour = match line.chars().next() {
                Some('-') => RED,
                Some('+') => GREEN,
                _ => DIM,
            };
            self.value(10, colour, &line);
        }
    }

    fn dangers(&mut self, dangers: &[Danger]) {
        if dangers.is_empty() {
            return;
        }
        self.title("danger", Status::Changed);
        for (number, danger) in dangers.iter().enumerate() {
            let colour = if danger.level == Level::Error { RED } else { YELLOW };
            let title = format!("{}[{}]", danger.level.as_str(), danger.id);
            self.prose(
                2,
                4,
                &format!("{} {}", self.painted(colour, &title), visible(&danger.message)),
                title.len() + danger.message.chars().count() + 1,
            );
            let cluster = danger.cluster.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
            self.row(4, &[(DIM, format!("{cluster}{}", danger.unit))], danger.place.as_ref());
            if is_last_of_its_kind(dangers, number) {
                self.prose(4, 0, &danger.why, danger.why.chars().count());
            }
        }
    }

    /// Parts with two blanks between them, and at the right edge the place; on a line of its own, where it does not fit.
    fn row(&mut self, indent: usize, parts: &[(&'static str, String)], place: Option<&Place>) {
        let parts: Vec<&(&'static str, String)> = parts.iter().filter(|(_, text)| !text.is_empty()).collect();
        let mut line = " ".repeat(indent);
        let mut width = indent;
        for (number, (colour, text)) in parts.iter().enumerate() {
            let text = if text.contains('\u{1b}') { text.clone() } else { visible(text).into_owned() };
            let length = plain_length(&text);
            if number > 0 && width + 2 + length > self.options.text.width {
                self.out.push_str(&format!("{line}\n"));
                line = " ".repeat(indent + 4);
                width = indent + 4;
            } else if number > 0 {
                line.push_str("  ");
                width += 2;
            }
            line.push_str(&self.painted(colour, &text));
            width += length;
        }
        if let Some(place) = place {
            let place = visible(&place.to_string()).into_owned();
            let length = place.chars().count();
            let total = self.options.text.width;
            if width + 2 + length > total {
                self.out.push_str(&format!("{line}\n"));
                line = String::new();
                width = 0;
            }
            line.push_str(&" ".repeat(total.saturating_sub(width + length).max(usize::from(width > 0) * 2)));
            line.push_str(&self.painted(DIM, &place));
        }
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// A sentence on as many lines as it needs. `length` is what it takes without colours.
    fn prose(&mut self, indent: usize, hanging: usize, text: &str, length: usize) {
        let width = self.options.text.width.saturating_sub(indent + hanging).max(NARROWEST);
        if indent + length <= self.options.text.width {
            self.out.push_str(&format!("{:indent$}{text}\n", ""));
            return;
        }
        let (mut line, mut used, mut first) = (String::new(), 0, true);
        for word in text.split(' ') {
            let length = plain_length(word);
            if used > 0 && used + 1 + length > width {
                let indent = if first { indent } else { indent + hanging };
                self.out.push_str(&format!("{:indent$}{line}\n", ""));
                (line, used, first) = (String::new(), 0, false);
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
        let indent = if first { indent } else { indent + hanging };
        self.out.push_str(&format!("{:indent$}{line}\n", ""));
    }

    /// A line of a value, cut where the terminal ends.
    fn value(&mut self, indent: usize, colour: &str, line: &str) {
        let width = self.options.text.width.saturating_sub(indent).max(NARROWEST);
        let line = visible(line).into_owned();
        let characters: Vec<char> = line.chars().collect();
        let mut rest = characters.as_slice();
        let mut hanging = 0;
        loop {
            let (part, next) = rest.split_at(rest.len().min(width - hanging));
            let text: String = part.iter().collect();
            self.out.push_str(&format!("{:indent$}{:hanging$}{}\n", "", "", self.painted(colour, text.trim_end())));
            if next.is_empty() {
                break;
            }
            rest = next;
            hanging = 2;
        }
    }

    fn joined(&self, parts: &[(&'static str, String)]) -> String {
        let parts: Vec<String> = parts.iter().map(|(colour, text)| self.painted(colour, &visible(text))).collect();
        parts.join(" ")
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.options.text.colour && !colour.is_empty() && !text.is_empty() {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The columns of a text that may hold colours.
fn plain_length(text: &str) -> usize {
    let mut length = 0;
    let mut in_colour = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => in_colour = true,
            'm' if in_colour => in_colour = false,
            _ if in_colour => {}
            _ => length += 1,
        }
    }
    length
}

/// What of a field goes and comes, if each is on one line.
fn in_one_line(field: &FieldChange) -> Option<(String, String)> {
    let one = |text: &Option<String>| text.clone().filter(|text| !text.contains('\n'));
    if field.lines.is_empty() { one(&field.before).zip(one(&field.after)) } else { None }
}

fn colour(status: Status) -> &'static str {
    match status {
        Status::Added => GREEN,
        Status::Removed => RED,
        Status::Changed => YELLOW,
    }
}

fn colour_of_field(field: &FieldChange) -> &'static str {
    if field.status == Status::Changed { PLAIN } else { colour(field.status) }
}
