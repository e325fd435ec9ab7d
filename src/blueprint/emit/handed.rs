//! How secrets reach charts under Argo CD, which cannot set values from Secrets.
//!
//! Owns the Secret that a chart reads at start (its keys are written by templates of External Secrets) and the placeholders that a plugin fills. Must not know
//! files.

use serde_json::{Map, Value as Json};

use crate::{
    blueprint::{
        FragmentText,
        manifest::ArgoWay,
        model::{Model, Release},
        render::{TemplateError, as_block, plain_or_quoted},
        values,
    },
    helm::{SetPath, SetStep},
    path::RepoPath,
};

/// Whether a plugin has to fill in secrets.
pub(super) fn has_placeholders(release: &Release) -> bool {
    release.secret_values.iter().any(|value| value.way == ArgoWay::Placeholder)
}

/// The model with the templates of its Secrets and the values that lead to them.
pub(super) fn hand_over(model: &Model) -> Result<Model, TemplateError> {
    let mut handed = model.clone();
    for (number, release) in model.releases.iter().enumerate() {
        let mut further = Map::new();
        let mut at_start = Tree::default();
        for value in &release.secret_values {
            let Ok(path) = SetPath::parse(&value.path) else { continue };
            let set = &model.sets[value.set];
            match value.way {
                ArgoWay::ByName => {}
                ArgoWay::Placeholder => {
                    let Some(entry) = set.data.iter().find(|entry| entry.key == value.key) else { continue };
                    let Some(store) = set.store.and_then(|store| model.stores.get(store)) else { continue };
                    let data = if store.version == "v1" { "" } else { "data/" };
                    let text = format!("<path:{}/{data}{}#{}>", store.mount, entry.path, entry.property);
                    set_value(&mut further, path.steps(), Json::from(text));
                }
                ArgoWay::ExistingSecret => {
                    let Some(existing) = &release.existing_secret else { continue };
                    if let Ok(named) = SetPath::parse(&existing.value) {
                        set_value(&mut further, named.steps(), Json::from(set.name.as_str()));
                    }
                    let reference = reference(&value.key);
                    if let Some(key) = existing.key_of(&value.path) {
                        let template = &mut handed.sets[value.set].template;
                        let text = match template.get(key).and_then(Json::as_str) {
                            // Several values of one key are a list, such as old and new keys.
                            Some(before) => format!("{before};{{{{ {reference} }}}}"),
                            None => format!("{{{{ {reference} }}}}"),
                        };
                        template.insert(key.to_owned(), Json::from(text));
                    } else {
                        at_start.set(path.steps(), &format!("{{{{ {reference} | quote }}}}"));
                        let text = at_start.text(0);
                        handed.sets[value.set].template.insert(existing.values_key.clone(), Json::from(text));
                    }
                }
            }
        }
        if !further.is_empty() {
            let own = FragmentText { path: RepoPath::root(), text: release.values.text.clone(), appends: false };
            let text = format!("{}\n", as_block(&Json::Object(further)));
            let merged = values::merge(&[own, FragmentText { path: RepoPath::root(), text, appends: false }]);
            handed.releases[number].values = merged.map_err(|problems| TemplateError::of(problems.to_string()))?;
        }
    }
    Ok(handed)
}

/// How a template of External Secrets names a key.
fn reference(key: &str) -> String {
    let is_plain =
        key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !key.starts_with(|c: char| c.is_ascii_digit());
    if is_plain { format!(".{key}") } else { format!("index . \"{key}\"") }
}

/// Puts a value where a path of Helm's `--set` leads.
fn set_value(into: &mut Map<String, Json>, steps: &[SetStep], value: Json) {
    let Some((SetStep::Key(key), rest)) = steps.split_first() else { return };
    let slot = into.entry(key.to_string()).or_insert(Json::Null);
    match rest {
        [] => *slot = value,
        [SetStep::Index(_)] => match slot {
            Json::Array(items) => items.push(value),
            slot => *slot = Json::Array(vec![value]),
        },
        rest => {
            if !slot.is_object() {
                *slot = Json::Object(Map::new());
            }
            if let Json::Object(inner) = slot {
                set_value(inner, rest, value);
            }
        }
    }
}

/// Nested values whose leaves are templates.
#[derive(Default)]
struct Tree {
    entries: Vec<(String, Node)>,
}

enum Node {
    Tree(Tree),
    Leaf(String),
    Items(Vec<String>),
}

impl Tree {
    fn set(&mut self, steps: &[SetStep], leaf: &str) {
        let Some((SetStep::Key(key), rest)) = steps.split_first() else { return };
        let position = self.entries.iter().position(|(known, _)| known == key.as_str());
        match (rest, position.and_then(|position| self.entries.get_mut(position))) {
            ([], _) => self.entries.push((key.to_string(), Node::Leaf(leaf.to_owned()))),
            ([SetStep::Index(_)], Some((_, Node::Items(items)))) => items.push(leaf.to_owned()),
            ([SetStep::Index(_)], _) => self.entries.push((key.to_string(), Node::Items(vec![leaf.to_owned()]))),
            (rest, Some((_, Node::Tree(inner)))) => inner.set(rest, leaf),
            (rest, _) => {
                let mut inner = Self::default();
                inner.set(rest, leaf);
                self.entries.push((key.to_string(), Node::Tree(inner)));
            }
        }
    }

    fn text(&self, depth: usize) -> String {
        let pad = "  ".repeat(depth);
        let mut text = String::new();
        for (key, node) in &self.entries {
            let key = plain_or_quoted(key);
            text += &match node {
                Node::Leaf(leaf) => format!("{pad}{key}: {leaf}\n"),
                Node::Tree(inner) => format!("{pad}{key}:\n{}", inner.text(depth + 1)),
                Node::Items(items) => {
                    let items: String = items.iter().map(|item| format!("{pad}  - {item}\n")).collect();
                    format!("{pad}{key}:\n{items}")
                }
            };
        }
        text
    }
}
