//! `spec.postBuild`: the variables of a Flux Kustomization.
//!
//! Owns where variables come from and in which order, and what stands for those that nobody knows. From `LoadVariables` in fluxcd/pkg/kustomize. Must not know
//! what they are put into.

use std::{cell::RefCell, collections::BTreeMap, collections::BTreeSet};

use smol_str::SmolStr;

use super::{
    Data, DataKind, Datum, FluxKustomization, FluxOptions, Lookup,
    source::text,
    substitute::{Found, is_variable_name, without_breaks},
};
use crate::{
    manifest::sensitive,
    text::nearest,
    yaml::{Origin, Value},
};

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Variable {
    Value(String),
    /// A value that is not known, or that no output may show: what stands for it, why, and where it is asked for.
    Hidden {
        placeholder: String,
        reason: String,
        origin: Origin,
    },
}

/// A variable that was put in as a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed {
    pub name: String,
    pub reason: String,
    pub origin: Origin,
}

/// What keeps the variables from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoadFault {
    pub kind: LoadFaultKind,
    pub message: String,
    pub origin: Origin,
    pub help: Option<&'static str>,
}

/// The kinds of such faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoadFaultKind {
    /// The object that variables are to come from does not exist.
    SourceMissing,
    /// A variable has a name that no variable can have.
    Name,
    /// A variable is given as a number or a boolean.
    NotAString,
}

impl LoadFaultKind {
    /// The id under which the fault is reported.
    pub fn id(self) -> &'static str {
        match self {
            Self::SourceMissing => "flux/substitute-from-missing",
            Self::Name => "flux/variable-name",
            Self::NotAString => "flux/variable-not-a-string",
        }
    }
}

/// The variables of a Flux Kustomization.
#[derive(Debug, Default)]
pub(super) struct Variables {
    known: BTreeMap<SmolStr, Variable>,
    /// Objects with keys that nobody knows: any variable may be among them.
    open: Vec<Variable>,
    /// An optional object that the repository does not hold: whoever made it by hand may have given it any variable.
    perhaps: Option<Variable>,
    /// The variables that are taken to come from there, because nothing else gives them.
    assumed: RefCell<BTreeSet<String>>,
    placed: RefCell<BTreeSet<Placed>>,
}

impl Variables {
    /// Loads the variables; `None` if nothing is substituted.
    pub fn load(
        flux: &FluxKustomization,
        lookup: &dyn Lookup,
        options: &FluxOptions,
    ) -> Result<Option<Self>, LoadFault> {
        let Some(post_build) = flux.spec.get("postBuild").filter(|post_build| !post_build.is_null()) else {
            return Ok(None);
        };
        let mut variables = Self::default();
        for reference in post_build.get("substituteFrom").and_then(Value::as_sequence).unwrap_or_default() {
            variables.take_from(reference, flux.namespace(), lookup)?;
        }
        for (name, value) in post_build.get("substitute").and_then(Value::as_mapping).into_iter().flatten() {
            let text = value.as_str().ok_or_else(|| LoadFault {
                kind: LoadFaultKind::NotAString,
                message: format!("the variable `{name}` is no string"),
                origin: value.origin,
                help: Some("put the value in quotes: the cluster refuses numbers and booleans here"),
            })?;
            variables.set(name, Variable::Value(without_breaks(text).into()), value.origin)?;
        }
        let always = text(post_build, &["substituteStrategy"]).as_deref() == Some("Always");
        let runs =
            !variables.known.is_empty() || !variables.open.is_empty() || always && options.version.knows_strategy();
        Ok(runs.then_some(variables))
    }

    fn take_from(&mut self, reference: &Value, namespace: &str, lookup: &dyn Lookup) -> Result<(), LoadFault> {
        let (Some(kind), Some(name)) = (text(reference, &["kind"]), text(reference, &["name"])) else { return Ok(()) };
        // A kind that is neither brings nothing, and nobody complains.
        let Some(kind) = DataKind::of(&kind) else { return Ok(()) };
        let origin = reference.get("name").map_or(reference.origin, |name| name.origin);
        let object = format!("{kind} `{namespace}/{name}`");
        let hidden = |key: &str, reason: &str| Variable::Hidden {
            placeholder: format!("<{key}:from-{}-{name}>", kind.to_string().to_ascii_lowercase()),
            reason: format!("it comes from the {object}: {reason}"),
            origin,
        };
        match lookup.data(kind, namespace, &name) {
            Data::Missing if reference.get("optional").and_then(Value::as_bool).unwrap_or_default() => {
                self.perhaps = Some(hidden("VARIABLE", "it is optional, and nothing in the repository makes it"));
            }
            Data::Missing => {
                return Err(LoadFault {
                    kind: LoadFaultKind::SourceMissing,
                    message: format!("variables are to come from the {object}, which does not exist"),
                    origin,
                    help: Some("add it, or say `optional: true`"),
                });
            }
            Data::Opaque(reason) => self.open.push(hidden("VARIABLE", &reason)),
            Data::Known(entries) => {
                for (key, datum) in entries {
                    let (variable, at) = match datum {
                        Datum::Unknown(reason) => (hidden(&key, &reason), origin),
                        Datum::Text(value) => {
                            let text = value.as_scalar().map(|scalar| without_breaks(&scalar.text)).unwrap_or_default();
                            let is_shown = kind == DataKind::ConfigMap || is_public(&key, &text);
                            let variable = if is_shown {
                                Variable::Value(text.into())
                            } else {
                                hidden(&key, "values of Secrets are never shown")
                            };
                            (variable, value.origin)
                        }
                    };
                    self.set(&key, variable, at)?;
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, name: &str, variable: Variable, origin: Origin) -> Result<(), LoadFault> {
        if !is_variable_name(name) {
            return Err(LoadFault {
                kind: LoadFaultKind::Name,
                message: format!(
                    "`{name}` is no name of a variable: it has letters, digits and underscores only, and no digit first"
                ),
                origin,
                help: None,
            });
        }
        self.known.insert(name.into(), variable);
        Ok(())
    }

    /// The value of a variable, remembering which ones were put in without being known.
    pub fn find(&self, name: &str) -> Found {
        let of_open = || self.open.first();
        let assumed = || self.perhaps.as_ref().filter(|_| self.assumed.borrow().contains(name));
        match self.known.get(name).or_else(of_open).or_else(assumed) {
            None => Found::Unset,
            Some(Variable::Value(value)) => Found::Value(value.clone()),
            Some(Variable::Hidden { placeholder, reason, origin }) => {
                self.placed.borrow_mut().insert(Placed {
                    name: name.to_owned(),
                    reason: reason.clone(),
                    origin: *origin,
                });
                Found::Placeholder(placeholder.replacen("<VARIABLE:", &format!("<{name}:"), 1))
            }
        }
    }

    /// Takes a variable that is not set for one of an optional object that may be in the cluster; `false` if there is none, or it was taken so before.
    pub fn assume(&self, name: &str) -> bool {
        self.perhaps.is_some() && self.assumed.borrow_mut().insert(name.to_owned())
    }

    /// The variables that were put in as placeholders.
    pub fn placed(self) -> BTreeSet<Placed> {
        self.placed.into_inner()
    }

    /// The name of a variable that is written almost like this.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.known.keys().map(SmolStr::as_str))
    }
}

/// Whether a value of a Secret may be shown: its key says that it is public, or its own shape.
fn is_public(key: &str, text: &str) -> bool {
    text.is_empty() || sensitive::is_public_key(key) || sensitive::is_public(text)
}
