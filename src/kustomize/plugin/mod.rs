//! Generators, transformers and validators that are given as objects: the fields `generators`, `transformers` and `validators` of a kustomization.
//!
//! Owns the table of kustomize's built-in plugins. Each reads its configuration and calls what the field of the kustomization calls too. All others run
//! foreign code: they are listed as not rendered. Must not know what a single plugin does.

mod annotations;
mod config_map;
mod hash;
mod iam_policy;
mod image_tag;
mod label;
mod load;
mod name_affix;
mod namespace;
mod patch;
mod patch_json6902;
mod patch_strategic_merge;
mod replacement;
mod replica_count;
mod secret;
mod validate;
mod value_add;

use self::load::Config;
use super::{
    INFLATED_BY_HELM, RUNS_A_PROGRAM,
    accumulate::Accumulation,
    generate::Source,
    kustomization::{Fields, Inline},
    problem::{Problem, ProblemKind},
    resource::Resource,
};
use crate::text::nearest;

type Result<T = ()> = std::result::Result<T, Box<Problem>>;

/// What a plugin does.
#[derive(Clone, Copy)]
enum Plugin {
    /// Makes objects.
    Generator(fn(&Source<'_>, &Fields<'_>) -> Result<Resource>),
    /// Changes objects.
    Transformer(fn(&mut Accumulation<'_>, &Fields<'_>) -> Result),
    /// Runs a program.
    Chart,
}

use Plugin::{Chart, Generator, Transformer};

/// The plugins that kustomize 5.5.0 has built in, by kind.
const BUILT_IN: [(&str, Plugin); 18] = [
    ("AnnotationsTransformer", Transformer(annotations::transform)),
    ("ConfigMapGenerator", Generator(config_map::generate)),
    ("HashTransformer", Transformer(hash::transform)),
    ("HelmChartInflationGenerator", Chart),
    ("IAMPolicyGenerator", Generator(iam_policy::generate)),
    ("ImageTagTransformer", Transformer(image_tag::transform)),
    ("LabelTransformer", Transformer(label::transform)),
    ("NamespaceTransformer", Transformer(namespace::transform)),
    ("PatchJson6902Transformer", Transformer(patch_json6902::transform)),
    ("PatchStrategicMergeTransformer", Transformer(patch_strategic_merge::transform)),
    ("PatchTransformer", Transformer(patch::transform)),
    ("PrefixSuffixTransformer", Transformer(name_affix::both)),
    ("PrefixTransformer", Transformer(name_affix::prefix)),
    ("ReplacementTransformer", Transformer(replacement::transform)),
    ("ReplicaCountTransformer", Transformer(replica_count::transform)),
    ("SecretGenerator", Generator(secret::generate)),
    ("SuffixTransformer", Transformer(name_affix::suffix)),
    ("ValueAddTransformer", Transformer(value_add::transform)),
];

/// Plugins of other releases of kustomize, and what does the same now.
const ELSEWHERE: [(&str, &str); 2] = [
    ("LegacyOrderTransformer", "kustomize removed it; set `sortOptions: {order: legacy}` instead"),
    (
        "SortOrderTransformer",
        "it is no plugin of its own; set `sortOptions` of the kustomization that is built instead",
    ),
];

/// Runs the entries of `generators`.
pub(super) fn generate(accumulation: &mut Accumulation<'_>, entries: &[Inline]) -> Result {
    for config in load::configs(accumulation, entries)? {
        let result = generate_one(accumulation, &config);
        accumulation.tolerate(result.map_err(|problem| config.blame(problem)))?;
    }
    Ok(())
}

/// Runs the entries of `transformers`.
pub(super) fn transform(accumulation: &mut Accumulation<'_>, entries: &[Inline]) -> Result {
    for config in load::configs(accumulation, entries)? {
        let result = transform_one(accumulation, &config, "transformer");
        accumulation.tolerate(result.map_err(|problem| config.blame(problem)))?;
        accumulation.record(config.configured().as_ref());
        accumulation.work.set.drop_empty();
    }
    Ok(())
}

/// Runs the entries of `validators`: transformers that must leave everything as it is.
pub(super) fn validate(accumulation: &mut Accumulation<'_>, entries: &[Inline]) -> Result {
    for config in load::configs(accumulation, entries)? {
        accumulation.charge(config.spot(), accumulation.work.set.len())?;
        let before = accumulation.work.set.clone();
        let result = transform_one(accumulation, &config, "validator")
            .and_then(|()| validate::unchanged(&before, &accumulation.work.set, &config));
        if result.is_err() {
            accumulation.work.set = before;
        }
        accumulation.tolerate(result.map_err(|problem| config.blame(problem)))?;
    }
    Ok(())
}

fn generate_one(accumulation: &mut Accumulation<'_>, config: &Config) -> Result {
    let Some(plugin) = find(accumulation, config, "generator")? else { return Ok(()) };
    let fields = config.fields(accumulation.session)?;
    match plugin {
        Generator(generate) => {
            let source = Source { session: accumulation.session, directory: accumulation.directory };
            let object = generate(&source, &fields)?;
            let made = config.configured();
            accumulation.absorb(object, made.as_ref(), fields.spot())
        }
        Transformer(_) => Err(config.bad(format!("plugin {} is not a generator", config.object.id()))),
        Chart => {
            let name = fields.string("name")?;
            let name = if name.is_empty() { fields.string("chartName")? } else { name };
            let what = format!("Helm chart {name}");
            accumulation.not_rendered(fields.spot(), what, INFLATED_BY_HELM);
            Ok(())
        }
    }
}

fn transform_one(accumulation: &mut Accumulation<'_>, config: &Config, role: &str) -> Result {
    match find(accumulation, config, role)? {
        None => Ok(()),
        Some(Transformer(transform)) => {
            let session = accumulation.session;
            transform(accumulation, &config.fields(session)?)
        }
        Some(_) => Err(config.bad(format!("plugin {} is not a {role}", config.object.id()))),
    }
}

/// The plugin that a configuration asks for; none if that is foreign code, which is listed as not rendered.
fn find(accumulation: &mut Accumulation<'_>, config: &Config, role: &str) -> Result<Option<Plugin>> {
    let gvk = &config.object.id().gvk;
    let kind = gvk.kind.as_str();
    if !(gvk.group.is_empty() && gvk.version == "builtin") {
        let what = format!("{role} {kind} {}", config.object.id().name);
        accumulation.not_rendered(config.spot(), what, RUNS_A_PROGRAM);
        return Ok(None);
    }
    if let Some(&(_, plugin)) = BUILT_IN.iter().find(|(name, _)| *name == kind) {
        return Ok(Some(plugin));
    }
    let problem = config.bad(format!("unable to load builtin {gvk}"));
    let elsewhere = ELSEWHERE.iter().find(|(name, _)| *name == kind);
    Err(match (elsewhere, nearest(kind, BUILT_IN.iter().map(|(name, _)| *name))) {
        (Some((_, help)), _) => problem.help(*help),
        (None, Some(near)) => problem.help(format!("did you mean `{near}`?")),
        (None, None) => problem,
    })
}

/// Says that a configuration cannot be used.
fn invalid(fields: &Fields<'_>, message: impl Into<String>) -> Box<Problem> {
    let problem = fields.invalid(fields.spot(), message);
    Box::new(Problem { kind: ProblemKind::InvalidKustomization, ..*problem })
}
