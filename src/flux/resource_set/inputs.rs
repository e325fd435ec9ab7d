//! The inputs of a ResourceSet: its own, and those that static providers have.
//!
//! Must not know templates.

use smol_str::SmolStr;

use super::data;
use crate::{
    flux::source::text,
    gotemplate::{Data, Dict},
    manifest::RenderedObject,
    yaml::{Origin, Value},
};

/// As many combinations the operator makes.
const MOST: usize = 10_000;

/// Inputs that nobody has offline.
#[derive(Debug)]
pub(super) struct Unknown {
    pub what: String,
    pub reason: String,
    pub origin: Origin,
}

/// All inputs, combined.
#[derive(Debug)]
pub(super) struct Inputs {
    /// The sets that templates are made for; nothing if no inputs were asked for.
    pub sets: Option<Vec<Dict>>,
    pub unknown: Vec<Unknown>,
    /// What stands for an `id` that nobody has offline, and the provider whose it is.
    pub ids: Vec<(String, Unknown)>,
}

impl Inputs {
    /// Reads and combines the inputs; fails with a place and a sentence.
    pub fn of(set: &RenderedObject, providers: &[&RenderedObject]) -> Result<Self, (Origin, String)> {
        let spec = |key: &str| set.value.pointer(&["spec", key]);
        let own: Vec<Dict> = spec("inputs")
            .and_then(Value::as_sequence)
            .unwrap_or_default()
            .iter()
            .filter_map(|input| if let Data::Map(input) = data(input) { Some(named(input, set)) } else { None })
            .collect();
        let references = spec("inputsFrom").and_then(Value::as_sequence).unwrap_or_default();
        let (mut unknown, mut ids) = (Vec::new(), Vec::new());
        let mut found: Vec<&RenderedObject> = Vec::new();
        for reference in references {
            let meant: Vec<&RenderedObject> =
                providers.iter().copied().filter(|provider| is_meant(reference, provider, set)).collect();
            if let (Some(name), true) = (text(reference, &["name"]), meant.is_empty()) {
                let reason = "no such provider is in the repository".to_owned();
                unknown.push(Unknown { what: format!("inputs of `{name}`"), reason, origin: reference.origin });
            }
            found.extend(meant);
        }
        found.sort_by(|a, b| (&a.id.namespace, &a.id.name).cmp(&(&b.id.namespace, &b.id.name)));
        found.dedup_by(|a, b| a.id == b.id);
        let mut all = vec![(set.id.name.clone(), own)];
        for provider in found {
            let kind = text(&provider.value, &["spec", "type"]).unwrap_or_default();
            if kind == "Static" {
                all.push((provider.id.name.clone(), vec![named(static_input(provider), provider)]));
                let what = format!("`inputs.id` of {}", provider.id);
                let reason = "it follows from the UID that the cluster gives to the provider".to_owned();
                ids.push((id_of(provider), Unknown { what, reason, origin: provider.origin() }));
            } else {
                let what = format!("inputs of {}", provider.id);
                let reason = format!("a provider of type {kind} asks a service");
                unknown.push(Unknown { what, reason, origin: provider.origin() });
            }
        }
        let permutes = text(&set.value, &["spec", "inputStrategy", "name"]).as_deref() == Some("Permute");
        let sets = if permutes && !unknown.is_empty() {
            Vec::new()
        } else if permutes {
            permuted(all).map_err(|message| (set.origin(), message))?
        } else {
            all.into_iter().flat_map(|(_, inputs)| inputs).collect()
        };
        let asked = !references.is_empty() || !sets.is_empty();
        Ok(Self { sets: asked.then_some(sets), unknown, ids })
    }
}

fn is_meant(reference: &Value, provider: &RenderedObject, set: &RenderedObject) -> bool {
    if provider.id.kind != "ResourceSetInputProvider" || provider.id.namespace != set.id.namespace {
        return false;
    }
    if let Some(name) = text(reference, &["name"]) {
        return name == provider.id.name;
    }
    let labels = reference.pointer(&["selector", "matchLabels"]).and_then(Value::as_mapping);
    labels.is_some_and(|labels| {
        labels.iter().all(|(key, value)| provider.value.pointer(&["metadata", "labels", key]) == Some(value))
    })
}

/// What stands for the `id` of a static provider: a checksum of the UID that the cluster gives to the object, which nobody knows before.
fn id_of(provider: &RenderedObject) -> String {
    format!("<id:{}>", provider.id.name)
}

/// The one input of a static provider.
fn static_input(provider: &RenderedObject) -> Dict {
    let defaults = provider.value.pointer(&["spec", "defaultValues"]).map(data);
    let input = if let Some(Data::Map(input)) = defaults { input } else { Dict::default() };
    input.set("id", Data::string(id_of(provider)));
    input
}

/// An input with the object that has it.
fn named(input: Dict, of: &RenderedObject) -> Dict {
    let namespace = of.id.namespace.clone().unwrap_or_default();
    let provider = [
        ("apiVersion", SmolStr::from(of.id.api_version())),
        ("kind", of.id.kind.clone()),
        ("name", of.id.name.clone()),
        ("namespace", namespace),
    ];
    let provider: Dict = provider.into_iter().map(|(key, value)| (key.into(), Data::Str(value))).collect();
    input.set("provider", Data::Map(provider));
    input
}

/// One input of each provider, and what the combination is called by.
type Choice = (Vec<(SmolStr, Data)>, Vec<String>);

/// Every choice of one input from each provider that has any, under the provider's name.
fn permuted(all: Vec<(SmolStr, Vec<Dict>)>) -> Result<Vec<Dict>, String> {
    let mut chosen: Vec<Choice> = Vec::new();
    for (name, inputs) in all.into_iter().filter(|(_, inputs)| !inputs.is_empty()) {
        let key = normalized(&name);
        if key.is_empty() {
            return Err(format!("`{name}` gives no name for inputs"));
        }
        let before = if chosen.is_empty() { vec![Choice::default()] } else { chosen };
        if before.len().saturating_mul(inputs.len()) > MOST {
            return Err(format!("the inputs have more than {MOST} combinations"));
        }
        chosen = Vec::new();
        for (entries, ids) in before {
            for (index, input) in inputs.iter().enumerate() {
                let (mut entries, mut ids): Choice = (entries.clone(), ids.clone());
                entries.push((key.clone(), Data::Map(input.clone())));
                ids.push(format!("{key}={index}"));
                chosen.push((entries, ids));
            }
        }
    }
    let with_id = |(entries, ids): Choice| -> Dict {
        let id = ("id".into(), Data::string(adler32(ids.join("/").as_bytes()).to_string()));
        entries.into_iter().chain([id]).collect()
    };
    Ok(chosen.into_iter().map(with_id).collect())
}

/// A name as a key that templates can write: lower case, words joined by underscores.
fn normalized(name: &str) -> SmolStr {
    let mapped = name.to_lowercase();
    let words = mapped.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").into()
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), &byte| {
        let low = (low + u32::from(byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
