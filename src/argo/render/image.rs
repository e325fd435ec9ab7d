//! `kustomize edit set image`: `name=new:tag`, `name:tag`, `name@digest`.
//!
//! From kustomize's commands/edit/set and its splitting of image names. Must not know where images are used.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::yaml::{Mapping, Origin, Value};

/// What stands for "as it was".
const KEEP: &str = "*";

/// An entry of `images`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    name: SmolStr,
    new_name: SmolStr,
    new_tag: SmolStr,
    digest: SmolStr,
}

impl Image {
    /// Reads an image; `None` if it changes nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=').map_or((None, text), |(key, value)| (Some(key), value));
        let (name, new_tag, digest) = split(value);
        if name == text {
            return None;
        }
        let (new_tag, digest) = (new_tag.into(), digest.into());
        Some(match key {
            Some(key) => Self { name: key.into(), new_name: name.into(), new_tag, digest },
            None => Self { name: name.into(), new_name: SmolStr::default(), new_tag, digest },
        })
    }

    fn of(entry: &Value) -> Self {
        let text = |key: &str| {
            let value = entry.get(key).filter(|value| !value.is_null());
            value.and_then(Value::as_scalar).map(|scalar| scalar.text.clone()).unwrap_or_default()
        };
        Self { name: text("name"), new_name: text("newName"), new_tag: text("newTag"), digest: text("digest") }
    }

    /// The image with everything kept that is to be kept.
    fn keeping(self, before: &Self) -> Self {
        let keep = |new: SmolStr, old: &SmolStr| if new == KEEP { old.clone() } else { new };
        Self {
            name: self.name,
            new_name: keep(self.new_name, &before.new_name),
            new_tag: keep(self.new_tag, &before.new_tag),
            digest: keep(self.digest, &before.digest),
        }
    }

    fn to_value(&self, origin: Origin) -> Value {
        let fields =
            [("name", &self.name), ("newName", &self.new_name), ("newTag", &self.new_tag), ("digest", &self.digest)];
        let given = fields.into_iter().filter(|(_, text)| !text.is_empty());
        let value: Value =
            given.map(|(key, text)| (SmolStr::from(key), Value::string(text.clone()).at(origin))).collect();
        value.at(origin)
    }
}

/// Sets images in a kustomization: what it says about the same names is replaced as a whole, and all are sorted by name.
pub(super) fn set_images(target: &mut Mapping, given: Vec<(Image, Origin)>) {
    let mut images: BTreeMap<SmolStr, (Image, Origin)> = BTreeMap::new();
    for (image, origin) in given {
        images.insert(image.name.clone(), (image, origin));
    }
    let mut kept: BTreeMap<SmolStr, Value> = BTreeMap::new();
    for entry in target.get("images").and_then(Value::as_sequence).unwrap_or_default() {
        let before = Image::of(entry);
        match images.get_mut(&before.name) {
            Some((image, _)) => *image = image.clone().keeping(&before),
            None => {
                kept.insert(before.name, entry.clone());
            }
        }
    }
    let nothing = Image::default();
    for (name, (image, origin)) in images {
        kept.insert(name, image.keeping(&nothing).to_value(origin));
    }
    target.insert("images".into(), Value::sequence(kept.into_values().collect()));
}

/// Name, tag and digest of an image. A colon before the first slash belongs to the port of a registry.
fn split(image: &str) -> (&str, &str, &str) {
    let from = image.find('/').unwrap_or(0);
    let (tagged, digest) = match image[from..].find('@') {
        Some(at) => (&image[..from + at], &image[from + at + 1..]),
        None => (image, ""),
    };
    match tagged[from..].find(':') {
        Some(at) => (&tagged[..from + at], &tagged[from + at + 1..], digest),
        None => (tagged, "", digest),
    }
}
