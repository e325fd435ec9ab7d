//! A diff of clusters as one page that needs nothing else: no network, no script, no other file.
//!
//! Names and values come from anybody: everything is text between tags, and the policy of the page allows its own style alone. Must not know how anything was
//! compared.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    diff_alike::Alike,
    diff_words::{all_folded, finding, folded, notes, patch_lines, sign, summary},
};
use crate::{
    diff::{Danger, Diff, ObjectChange, Place, Status, UnitChange},
    text::visible,
};

const STYLE: &str = include_str!("diff_html/page.css");

/// Writes the page.
pub fn diff_html(diff: &Diff) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'sha256-{hash}'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{} → {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n<p><code>{}</code> → <code>{}</code></p>\n",
        text(&diff.base),
        text(&diff.head),
        text(&summary(diff)),
        text(&diff.base),
        text(&diff.head),
    );
    table(diff, &mut out);
    if !diff.danger.is_empty() {
        out.push_str("<h2>Danger</h2>\n<ul class=\"danger\">\n");
        diff.danger.iter().for_each(|one| danger(one, &mut out));
        out.push_str("</ul>\n");
    }
    if let Some(findings) = &diff.findings {
        for (title, all) in [("New findings", &findings.new), ("Resolved findings", &findings.resolved)] {
            if !all.is_empty() {
                out.push_str(&format!("<h2>{title}</h2>\n<ul>\n"));
                for one in all {
                    out.push_str(&format!("<li>{}{}</li>\n", text(&finding(one)), at(one.place.as_ref())));
                }
                out.push_str("</ul>\n");
            }
        }
    }
    for cluster in &diff.clusters {
        out.push_str(&format!("<h2>{}</h2>\n", text(cluster.name.as_deref().unwrap_or("In no cluster"))));
        let alike = Alike::of(cluster);
        cluster.units.iter().for_each(|one| unit(one, &alike, &mut out));
    }
    if let Some(folded) = all_folded(diff) {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", text(&folded)));
    }
    out + "</body>\n</html>\n"
}

fn table(diff: &Diff, out: &mut String) {
    if diff.clusters.is_empty() {
        return;
    }
    out.push_str("<table>\n<tr><th>cluster</th><th>+</th><th>~</th><th>−</th><th>danger</th></tr>\n");
    for cluster in &diff.clusters {
        let counts = cluster.counts();
        let name = text(cluster.name.as_deref().unwrap_or("in no cluster"));
        let dangers = diff.danger_of(cluster).count();
        out.push_str(&format!(
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td><td>{dangers}</td></tr>\n",
            counts.added, counts.changed, counts.removed
        ));
    }
    out.push_str("</table>\n");
}

fn danger(danger: &Danger, out: &mut String) {
    let cluster = danger.cluster.as_deref().map(|name| format!("{}, ", text(name))).unwrap_or_default();
    out.push_str(&format!(
        "<li class=\"{}\"><b>{}[{}]</b> {}{}<br><span class=\"note\">{cluster}{}. {}</span></li>\n",
        danger.level.as_str(),
        danger.level.as_str(),
        text(&danger.id),
        text(&danger.message),
        at(danger.place.as_ref()),
        text(&danger.unit),
        text(&danger.why)
    ));
}

fn unit(unit: &UnitChange, alike: &Alike<'_>, out: &mut String) {
    let mut words = vec![format!("<code>{}</code>", text(&unit.id))];
    match unit.status {
        Status::Added => words.push("new".to_owned()),
        Status::Removed => words.push("gone".to_owned()),
        Status::Changed => {}
    }
    words.extend(unit.was.as_ref().map(|was| format!("was <code>{}</code>", text(was))));
    words.extend(unit.suspended.then(|| "<b>suspended</b>".to_owned()));
    out.push_str(&format!("<h3>{}</h3>\n", words.join(" · ")));
    for one in &unit.not_rendered {
        out.push_str(&format!("<p class=\"note\">{}</p>\n", text(one)));
    }
    unit.objects.iter().for_each(|one| object(one, alike, out));
}

fn object(object: &ObjectChange, alike: &Alike<'_>, out: &mut String) {
    let class = match object.status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Changed => "changed",
    };
    let notes = notes(object).into_iter().chain(alike.note(object)).chain(alike.like(object));
    let notes: String = notes.map(|note| format!(" <span class=\"note\">{}</span>", text(&note))).collect();
    if alike.like(object).is_some() {
        let (sign, id) = (sign(object.status), text(&object.id.to_string()));
        out.push_str(&format!("<p class=\"{class} alike\"><code>{sign} {id}</code>{notes}</p>\n"));
        return;
    }
    out.push_str(&format!(
        "<details class=\"{class}\"><summary><code>{} {}</code>{notes}{}</summary>\n<pre>",
        sign(object.status),
        text(&object.id.to_string()),
        at(object.place.as_ref())
    ));
    for field in &object.fields {
        out.push_str(&format!("<b>{}</b>{}\n", text(&field.path), at(field.place.as_ref())));
        for line in patch_lines(field) {
            patch_line(&line, out);
        }
    }
    for line in object.content.iter().flat_map(|content| content.lines()) {
        patch_line(&format!("{} {line}", sign(object.status)), out);
    }
    if let Some(folded) = folded(object) {
        out.push_str(&format!("<i>{}</i>\n", text(&folded)));
    }
    out.push_str("</pre></details>\n");
}

fn patch_line(line: &str, out: &mut String) {
    let tag = match line.chars().next() {
        Some('-') => "del",
        Some('+') => "ins",
        _ => "span",
    };
    out.push_str(&format!("<{tag}>{}</{tag}>\n", text(line)));
}

fn at(place: Option<&Place>) -> String {
    place.map(|place| format!(" <span class=\"at\">{}</span>", text(&place.to_string()))).unwrap_or_default()
}

/// Text between tags.
fn text(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
