//! Secrets that stand in clear somewhere, so that they are told wherever else they stand.
//!
//! Must not know what takes their place.

use std::{borrow::Cow, collections::BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    manifest::sensitive::{decoded, is_placeholder, is_public_key, is_secret, is_secret_in_secret, is_secret_key},
    project::{File, Project},
    yaml::{Content, Node, Value},
};

/// Secrets shorter than this are only hidden where they stand: their text may well stand for something else elsewhere.
const SHORTEST: usize = 8;

/// Longer texts are no passwords, and nobody copies them into the middle of another text.
const LONGEST: usize = 4096;

/// The secrets, and a search for all of them at once.
pub(super) struct Known {
    search: Option<AhoCorasick>,
}

impl Known {
    /// The secrets of both sides: of Secrets everything that is worth looking for, of everything else what stands under the key of a secret.
    pub(super) fn of(sides: [&Project; 2]) -> Self {
        let [before, after] = sides;
        let (mut texts, more) = rayon::join(|| of_side(before), || of_side(after));
        texts.extend(more);
        let texts: Vec<String> = texts.into_iter().filter(|text| (SHORTEST..=LONGEST).contains(&text.len())).collect();
        // Of several that begin at one place the longest is meant.
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&texts).ok();
        Self { search: search.filter(|_| !texts.is_empty()) }
    }

    /// Whether one of the secrets stands in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.len() >= SHORTEST && self.search.as_ref().is_some_and(|search| search.is_match(text))
    }

    /// A text in which something else stands for each secret.
    pub(super) fn hide<'t>(&self, text: &'t str, hidden: impl Fn(&str) -> String) -> Cow<'t, str> {
        let Some(search) = self.search.as_ref().filter(|_| self.is_in(text)) else { return Cow::Borrowed(text) };
        let mut out = String::with_capacity(text.len());
        search.replace_all_with(text, &mut out, |_, secret, out| {
            out.push_str(&hidden(secret));
            true
        });
        Cow::Owned(out)
    }
}

/// The texts of one side that are worth looking for elsewhere.
fn of_side(side: &Project) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for object in side.objects() {
        if object.id.is("", "Secret") {
            of_secret(&object.value, &mut texts);
        } else {
            of_settings("", &object.value, &mut texts);
        }
    }
    // What is left out may hold the secrets of what is not.
    let files = side.files().iter().filter_map(|file| Some((file, file.id()?)));
    for (node, id) in files.flat_map(|(file, id)| secrets_in(file).map(move |node| (node, id))) {
        node.to_value(id).iter().for_each(|secret| of_secret(secret, &mut texts));
    }
    let substituted = side.units().iter().filter_map(|unit| unit.flux.as_ref()?.spec.pointer(&["postBuild"]));
    substituted.for_each(|variables| of_settings("", variables, &mut texts));
    texts
}

/// The Secrets in a file, as they stand there.
fn secrets_in(file: &File) -> impl Iterator<Item = Node<'_>> {
    file.objects().filter(|(id, _)| id.is("", "Secret")).map(|(_, node)| node)
}

/// The texts of a Secret that are worth looking for elsewhere: in clear, behind base64, and the settings inside of them.
fn of_secret(secret: &Value, texts: &mut BTreeSet<String>) {
    for field in ["data", "stringData"] {
        for (key, value) in secret.get(field).and_then(Value::as_mapping).into_iter().flatten() {
            let Some(scalar) = value.as_scalar() else { continue };
            let is_encoded = field == "data";
            let plain = if is_encoded { decoded(&scalar.text) } else { Some(scalar.text.to_string()) };
            let encoded = if is_encoded { scalar.text.to_string() } else { STANDARD.encode(scalar.text.as_bytes()) };
            if let Some(plain) = plain.filter(|plain| is_telling(key, plain)) {
                of_lines(&plain, texts);
                texts.insert(plain.trim().to_owned());
                texts.insert(encoded.trim().to_owned());
            }
        }
    }
}

/// The settings of secrets in a text of several lines.
fn of_lines(text: &str, texts: &mut BTreeSet<String>) {
    for line in text.trim().lines().filter(|_| text.trim().contains('\n')) {
        let Some((key, value)) = line.split_once([':', '=']) else { continue };
        let (key, value) = (key.trim().trim_matches(['"', '\'']), value.trim().trim_matches(['"', '\'', ',']));
        if is_secret_in_secret(key, value) {
            texts.insert(value.to_owned());
        }
    }
}

/// Everything that stands in clear under the key of a secret.
fn of_settings(key: &str, value: &Value, texts: &mut BTreeSet<String>) {
    match &value.content {
        Content::Scalar(scalar) => {
            if scalar.text.len() >= SHORTEST && is_secret(key, &scalar.text) {
                texts.insert(scalar.text.trim().to_owned());
            }
        }
        Content::Sequence(items) => items.iter().for_each(|item| of_settings(key, item, texts)),
        Content::Mapping(mapping) => {
            let name = mapping.get("name").and_then(Value::as_str).unwrap_or_default();
            for (key, value) in mapping.iter() {
                let key = if key == "value" { name } else { key.as_str() };
                of_settings(key.rsplit(['.', '/']).next().unwrap_or(key), value, texts);
            }
        }
    }
}

/// Whether a text of a Secret is worth looking for elsewhere.
fn is_telling(key: &str, text: &str) -> bool {
    let text = text.trim();
    let is_telling = text.contains(|c: char| c.is_ascii_digit()) || is_secret_key(key);
    is_telling && !is_public_key(key) && !is_placeholder(text)
}
