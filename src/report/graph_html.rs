//! The picture as one page that needs nothing else: no network, no other file.
//!
//! The page itself is written by hand in `graph_html/`; here it is put together with the data. Names come from anybody, so the data stands in a block that no
//! browser runs or reads as markup, and the policy of the page allows its own script and style alone. Must not know how the picture was found.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{Depth, TextOptions, graph_json, graph_text};
use crate::graph::Picture;

const PAGE: &str = include_str!("graph_html/page.html");
const STYLE: &str = include_str!("graph_html/page.css");
const SCRIPT: &str = concat!(
    "'use strict';\n",
    include_str!("graph_html/model.js"),
    include_str!("graph_html/list.js"),
    include_str!("graph_html/map.js"),
    include_str!("graph_html/page.js"),
);

/// The columns of the tree that is shown where scripts do not run.
const TREE_WIDTH: usize = 100;

/// What the page says beside the picture.
#[derive(Clone, Copy, Debug)]
pub struct PageOptions<'o> {
    /// What the page is about: the name of the repository.
    pub title: &'o str,
    /// Where sources can be seen, with `{path}` and `{line}` in it.
    pub source_url: Option<&'o str>,
}

/// Writes the page.
pub fn graph_html(picture: &Picture, options: PageOptions<'_>) -> String {
    let tree = graph_text(picture, Depth::Units, TextOptions { colour: false, width: TREE_WIDTH });
    let about = serde_json::json!({ "title": options.title, "source_url": options.source_url });
    let filled = [
        ("{{title}}", markup(options.title)),
        ("{{policy}}", policy()),
        ("{{style}}", STYLE.to_owned()),
        ("{{script}}", SCRIPT.to_owned()),
        ("{{tree}}", markup(&tree)),
        ("{{about}}", block(&about.to_string())),
        ("{{picture}}", block(&graph_json::compact(picture))),
    ];
    fill(PAGE, &filled)
}

/// Puts texts into the places of a template, in one pass, so that no text is searched for places.
fn fill(template: &str, texts: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = texts.iter().find(|(name, _)| rest.starts_with(name));
        let (name, text) = known.map_or(("{{", "{{"), |(name, text)| (*name, text.as_str()));
        out.push_str(text);
        rest = &rest[name.len()..];
    }
    out + rest
}

/// What the browser may do: run this script and use this style, and nothing else.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// JSON that cannot end the block it stands in.
fn block(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Text between tags.
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
