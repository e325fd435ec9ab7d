//! The Applications that an ApplicationSet makes, as its controller makes them.
//!
//! Owns generators, their parameters, and the templates that take them. What a generator would ask of the outside comes from an [`Inventory`] or from [`Recorded`]
//! answers; without them the generator is named as not expanded. Must not know how files are read, nor what becomes of an Application.

mod clusters;
mod generate;
mod git;
mod inventory;
mod list;
mod params;
mod recorded;
mod render;
mod replace;
mod selector;

use std::collections::HashSet;

use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    manifest::NotRendered,
    path::RepoPath,
    yaml::{Origin, Value},
};

pub use git::unexpected_files;
pub use inventory::{Inventory, KnownCluster};
pub use recorded::Recorded;

/// The rule that speaks for what an ApplicationSet's controller would refuse.
pub const RULE: &str = "argo/application-set";

/// What is known beside the ApplicationSet itself.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The files of the repository, sorted.
    pub files: &'a [RepoPath],
    /// Reads one of them; `None` if it is no text.
    pub read: &'a dyn Fn(&RepoPath) -> Option<String>,
    /// Whether a `repoURL` is this repository.
    pub is_this_repository: &'a dyn Fn(&str) -> bool,
    /// Names the place of a value, with something to say about it.
    pub label: &'a dyn Fn(Origin, &str) -> Label,
    /// The clusters that Argo CD knows; `None` if nobody says.
    pub inventory: Option<&'a Inventory>,
    /// Answers of generators that ask the outside.
    pub recorded: &'a Recorded,
}

/// What an ApplicationSet makes.
#[derive(Clone, Debug, Default)]
pub struct Expansion {
    /// The Applications, in the order of the generators.
    pub applications: Vec<GeneratedApplication>,
    /// What is said of all of them.
    pub policy: Policy,
    /// Generators that would need the outside.
    pub not_expanded: Vec<NotRendered>,
    /// What the controller would refuse.
    pub problems: Vec<Diagnostic>,
}

/// An Application that an ApplicationSet makes.
#[derive(Clone, Debug)]
pub struct GeneratedApplication {
    /// The whole object. Its parts say where they stand in the template, the object itself is where the ApplicationSet is.
    pub value: Value,
    /// The step of a rolling sync that takes it, from 0; `None` without such a strategy, and for what no step takes, which is never synced.
    pub step: Option<usize>,
}

/// What an ApplicationSet says of its Applications as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The number of steps of a rolling sync; `None` if all are synced at once.
    pub rolling_steps: Option<usize>,
    /// `create-only`, `create-update`, `create-delete` or `sync`, if it is given.
    pub applications_sync: Option<String>,
    /// Whether the objects of an Application outlive it.
    pub preserves_resources: bool,
    /// Annotations of the Applications that others may write.
    pub preserved_annotations: Vec<String>,
    /// Labels of the Applications that others may write.
    pub preserved_labels: Vec<String>,
}

/// Why a generator gives no parameters.
enum Stop {
    /// It is wrong.
    Wrong(Origin, String),
    /// It would need the outside.
    Outside { origin: Origin, what: String, reason: &'static str },
}

/// Makes the Applications of an ApplicationSet. A generator that is wrong or cannot be expanded gives none, and the others still do. Of several Applications with
/// one name the first stays.
pub fn expand(set: &Value, around: &Surroundings<'_>) -> Expansion {
    let mut expansion = Expansion { policy: policy(set), ..Expansion::default() };
    let generators = set.pointer(&["spec", "generators"]).and_then(Value::as_sequence).unwrap_or_default();
    let generation = generate::Generation::new(set, around);
    let mut names = HashSet::new();
    let steps = rolling_steps(set);
    for generator in generators {
        let produced = generation.top(generator).and_then(|results| render::applications(set, &generation, results));
        match produced {
            Ok(applications) => {
                for application in applications {
                    add(application, steps, &mut names, &mut expansion, around);
                }
            }
            Err(Stop::Wrong(origin, message)) => expansion.problems.push(problem(around, origin, message)),
            Err(Stop::Outside { origin, what, reason }) => {
                let place = (around.label)(origin, "");
                expansion.not_expanded.push(NotRendered { place, what, reason: reason.into() });
            }
        }
    }
    expansion
}

fn problem(around: &Surroundings<'_>, origin: Origin, message: String) -> Diagnostic {
    Diagnostic::new(RULE, Severity::Error, message, (around.label)(origin, ""))
}

fn add(
    value: Value,
    steps: Option<&[Value]>,
    names: &mut HashSet<String>,
    expansion: &mut Expansion,
    around: &Surroundings<'_>,
) {
    let name = value.pointer(&["metadata", "name"]);
    let origin = name.map_or(value.origin, |name| name.origin);
    let name = name.and_then(Value::as_scalar).map(|scalar| scalar.text.to_string()).unwrap_or_default();
    if name.is_empty() {
        expansion.problems.push(problem(around, origin, "an Application of this set has no name".to_owned()));
    } else if !names.insert(name.clone()) {
        let message = format!("two Applications of this set are called `{name}`");
        let problem = problem(around, origin, message).with_help("use a parameter in the name that tells them apart");
        expansion.problems.push(problem);
    } else {
        let step = steps.and_then(|steps| selector::step(&value, steps));
        expansion.applications.push(GeneratedApplication { value, step });
    }
}

/// The steps of a rolling sync, if the strategy is one.
fn rolling_steps(set: &Value) -> Option<&[Value]> {
    let strategy = set.pointer(&["spec", "strategy"])?;
    let is_rolling = strategy.get("type").and_then(Value::as_str) == Some("RollingSync");
    strategy.pointer(&["rollingSync", "steps"]).filter(|_| is_rolling)?.as_sequence()
}

fn policy(set: &Value) -> Policy {
    let text = |value: Option<&Value>| value.and_then(Value::as_scalar).map(|scalar| scalar.text.to_string());
    let texts = |keys: &[&str]| {
        let items = set.pointer(keys).and_then(Value::as_sequence).unwrap_or_default();
        items.iter().filter_map(|item| text(Some(item))).collect()
    };
    Policy {
        rolling_steps: rolling_steps(set).map(<[Value]>::len),
        applications_sync: text(set.pointer(&["spec", "syncPolicy", "applicationsSync"])),
        preserves_resources: set
            .pointer(&["spec", "syncPolicy", "preserveResourcesOnDeletion"])
            .and_then(Value::as_bool)
            .unwrap_or(false),
        preserved_annotations: texts(&["spec", "preservedFields", "annotations"]),
        preserved_labels: texts(&["spec", "preservedFields", "labels"]),
    }
}
