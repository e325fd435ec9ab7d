//! From the text of a kustomization file to a [`Kustomization`].
//!
//! Owns the table of fields with kustomize's defaults and renamings. Must not know other files.

use std::sync::Arc;

use super::{
    super::{
        field_spec::FieldSpec,
        file::{File, Files},
        problem::{Problem, ProblemKind},
        resource::Behavior,
        spot::Spot,
    },
    Generator, GeneratorOptions, Image, Inline, Kustomization, Labels, OpenApi, Pairs, Patch, Replicas, SortOptions,
    Target, Text,
    decode::{Fields, Result, UnknownFields, exact},
    item::Item,
    replacement,
};
use crate::{
    diagnostic::Label,
    yaml::{Node, Stream, Value},
};

/// All fields of a kustomization, in the order of kustomize's own list.
const FIELDS: [&str; 34] = [
    "kind",
    "apiVersion",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// What a kustomization is called in messages.
const WHAT: &str = "the kustomization";

const GVK: [&str; 3] = ["group", "version", "kind"];

/// Reads a kustomization file.
pub(in super::super) fn read(files: &Files, file: &Arc<File>) -> Result<Kustomization> {
    let stream = file.stream()?;
    let root = root(file, stream)?.follow();
    let spot = Spot { file: file.id, span: root.span() };
    from_fields(file, &Fields::strict(files, Item::Written(root), spot, WHAT, &FIELDS)?)
}

/// Reads a kustomization that a controller has made of files, which its values name, or out of nothing. `file` is where it counts as written.
pub(in super::super) fn read_value(
    files: &Files,
    file: &Arc<File>,
    value: &Value,
    unknown: UnknownFields,
) -> Result<Kustomization> {
    let spot = files.spot(value.origin).unwrap_or_else(|| Spot::whole(file.id));
    let fields = match unknown {
        UnknownFields::Refuse => Fields::strict(files, Item::Given(value), spot, WHAT, &FIELDS)?,
        UnknownFields::Drop => Fields::dropping(files, Item::Given(value), spot, WHAT)?,
    };
    from_fields(file, &fields)
}

fn from_fields(file: &Arc<File>, fields: &Fields<'_>) -> Result<Kustomization> {
    let is_component = kind(fields)?;
    fields.fields("metadata", &["name", "namespace", "labels", "annotations"])?;
    let options = options(fields, "generatorOptions")?.unwrap_or_default();
    let mut resources = fields.texts("resources")?;
    resources.extend(fields.texts("bases")?);
    let mut all_images = images(fields, "images")?;
    all_images.extend(images(fields, "imageTags")?);
    Ok(Kustomization {
        file: Arc::clone(file),
        is_component,
        name_prefix: fields.text("namePrefix")?,
        name_suffix: fields.text("nameSuffix")?,
        namespace: fields.text("namespace")?,
        common_labels: fields.pairs("commonLabels")?,
        labels: labels(fields)?,
        common_annotations: fields.pairs("commonAnnotations")?,
        patches_strategic_merge: inlines(fields, "patchesStrategicMerge")?,
        patches_json6902: patches(fields, "patchesJson6902")?,
        patches: patches(fields, "patches")?,
        images: all_images,
        replicas: replicas(fields)?,
        replacements: replacement::replacements(fields)?,
        vars: replacement::vars(fields)?,
        sort_options: sort_options(fields)?,
        resources,
        components: fields.texts("components")?,
        configurations: fields.texts("configurations")?,
        crds: fields.texts("crds")?,
        openapi: open_api(fields)?,
        config_map_generator: generators(fields, "configMapGenerator", &options)?,
        secret_generator: generators(fields, "secretGenerator", &options)?,
        generators: inlines(fields, "generators")?,
        transformers: inlines(fields, "transformers")?,
        validators: inlines(fields, "validators")?,
        build_metadata: fields.texts("buildMetadata")?,
        charts: charts(fields)?,
    })
}

/// The first document, which must say something.
fn root<'a>(file: &File, stream: &'a Stream) -> Result<Node<'a>> {
    let root = stream.documents().next().map(crate::yaml::Document::root);
    let says_something = |root: &Node<'_>| {
        let is_type = |key: &str| key.eq_ignore_ascii_case("kind") || key.eq_ignore_ascii_case("apiVersion");
        !root.is_mapping()
            || root.entries().any(|entry| !is_type(entry.key.text().unwrap_or_default()) && !entry.value.is_null())
    };
    root.filter(|root| !root.is_null()).filter(says_something).ok_or_else(|| {
        let label = Label::file(&file.path, "");
        let message = format!("{} is empty", file.path.file_name());
        Problem::new(ProblemKind::InvalidKustomization, label, message).help("write at least `resources: []`")
    })
}

/// Checks `kind` and `apiVersion`; true for a component.
fn kind(fields: &Fields<'_>) -> Result<bool> {
    let kind = fields.text("kind")?;
    let is_component = match kind.as_ref().map(Text::as_str) {
        None | Some("Kustomization") => false,
        Some("Component") => true,
        Some(_) => {
            let spot = kind.map_or(fields.spot(), |kind| kind.spot);
            return Err(fields.invalid(spot, "kind should be Kustomization or Component"));
        }
    };
    let (kind, wanted) = if is_component {
        ("Component", "kustomize.config.k8s.io/v1alpha1")
    } else {
        ("Kustomization", "kustomize.config.k8s.io/v1beta1")
    };
    match fields.text("apiVersion")? {
        Some(version) if version.text != wanted => {
            let problem = fields.invalid(version.spot, format!("apiVersion for {kind} should be {wanted}"));
            let is_flux = version.text.starts_with("kustomize.toolkit.fluxcd.io/");
            let help = "this is an object for Flux; kustomize wants the file to have another name";
            Err(if is_flux { problem.help(help) } else { problem })
        }
        _ => Ok(is_component),
    }
}

fn open_api(fields: &Fields<'_>) -> Result<Option<OpenApi>> {
    let pairs = fields.pairs("openapi")?;
    let take = |wanted: &str| pairs.iter().find(|(key, _)| key == wanted).map(|(_, text)| text.clone());
    let (path, version) = (take("path"), take("version"));
    Ok((path.is_some() || version.is_some()).then_some(OpenApi { path, version }))
}

fn labels(fields: &Fields<'_>) -> Result<Vec<Labels>> {
    let known = ["pairs", "includeSelectors", "includeTemplates", "fields"];
    let read = |item| {
        let fields = fields.item(item, "labels", &known)?;
        Ok(Labels {
            pairs: fields.pairs("pairs")?,
            include_selectors: fields.bool("includeSelectors")?,
            include_templates: fields.bool("includeTemplates")?,
            fields: field_specs(&fields, "fields")?,
            spot: fields.spot(),
        })
    };
    exact(fields.items("labels")?.into_iter().map(read))
}

/// Reads a list of field specs.
pub(in super::super) fn field_specs(fields: &Fields<'_>, name: &str) -> Result<Vec<FieldSpec>> {
    let read = |item| {
        let fields = fields.item(item, name, &["group", "version", "kind", "path", "create"])?;
        let gvk = fields.embedded();
        Ok(FieldSpec {
            group: gvk.string("group")?.to_string().into(),
            version: gvk.string("version")?.to_string().into(),
            kind: gvk.string("kind")?.to_string().into(),
            path: fields.string("path")?.to_string().into(),
            create: fields.bool("create")?,
        })
    };
    exact(fields.items(name)?.into_iter().map(read))
}

/// Reads a list of texts that may hold YAML.
pub(in super::super) fn inlines(fields: &Fields<'_>, name: &str) -> Result<Vec<Inline>> {
    exact(fields.items(name)?.into_iter().map(|item| fields.as_inline(item, name)))
}

fn patches(fields: &Fields<'_>, name: &str) -> Result<Vec<Patch>> {
    let known = ["path", "patch", "target", "options"];
    let read = |item| patch(&fields.item(item, name, &known)?, "patch");
    exact(fields.items(name)?.into_iter().map(read))
}

/// Reads a patch, of which the field `text` holds the text.
pub(in super::super) fn patch(fields: &Fields<'_>, text: &str) -> Result<Patch> {
    let option = |name: &str| match fields.get("options").and_then(|options| options.get(name)) {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| fields.wrong_type(value, name, "true or false")),
    };
    Ok(Patch {
        path: fields.text("path")?,
        inline: fields.inline(text)?,
        target: target(fields, "target")?,
        allow_name_change: option("allowNameChange")?,
        allow_kind_change: option("allowKindChange")?,
        spot: fields.spot(),
    })
}

/// Reads a selector of objects.
pub(in super::super) fn target(fields: &Fields<'_>, name: &str) -> Result<Option<Target>> {
    let known = ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];
    fields.fields(name, &known)?.map(|fields| target_fields(&fields)).transpose()
}

/// The fields that select objects, as far as they are there.
pub(super) fn target_fields(fields: &Fields<'_>) -> Result<Target> {
    let id = fields.embedded();
    let [group, version, kind] = GVK.map(|name| id.string(name));
    Ok(Target {
        group: group?,
        version: version?,
        kind: kind?,
        name: id.string("name")?,
        namespace: id.string("namespace")?,
        label_selector: fields.string("labelSelector")?,
        annotation_selector: fields.string("annotationSelector")?,
        spot: fields.spot(),
    })
}

fn images(fields: &Fields<'_>, name: &str) -> Result<Vec<Image>> {
    let known = ["name", "newName", "tagSuffix", "newTag", "digest"];
    let read = |item| image(&fields.item(item, name, &known)?);
    exact(fields.items(name)?.into_iter().map(read))
}

/// Reads what becomes of an image.
pub(in super::super) fn image(fields: &Fields<'_>) -> Result<Image> {
    Ok(Image {
        name: fields.string("name")?,
        new_name: fields.string("newName")?,
        tag_suffix: fields.string("tagSuffix")?,
        new_tag: fields.string("newTag")?,
        digest: fields.string("digest")?,
        spot: fields.spot(),
    })
}

fn replicas(fields: &Fields<'_>) -> Result<Vec<Replicas>> {
    let read = |item| replica(&fields.item(item, "replicas", &["name", "count"])?);
    exact(fields.items("replicas")?.into_iter().map(read))
}

/// Reads a number of replicas.
pub(in super::super) fn replica(fields: &Fields<'_>) -> Result<Replicas> {
    let count = fields.integer("count")?.unwrap_or_default();
    Ok(Replicas { name: fields.string("name")?, count, spot: fields.spot() })
}

fn sort_options(fields: &Fields<'_>) -> Result<Option<SortOptions>> {
    let Some(fields) = fields.fields("sortOptions", &["order", "legacySortOptions"])? else { return Ok(None) };
    let kinds = |texts: Vec<Text>| texts.into_iter().map(|text| text.text).collect();
    let order = match fields.fields("legacySortOptions", &["orderFirst", "orderLast"])? {
        Some(order) => Some((kinds(order.texts("orderFirst")?), kinds(order.texts("orderLast")?))),
        None => None,
    };
    let legacy = match fields.string("order")?.as_str() {
        "legacy" => true,
        "fifo" => false,
        _ => return Err(fields.invalid(fields.spot(), "the field 'sortOptions.order' must be one of [fifo, legacy]")),
    };
    if !legacy && order.is_some() {
        let message = "`sortOptions.legacySortOptions` is set but the selected sort order is 'fifo', not 'legacy'";
        return Err(fields.invalid(fields.spot(), message));
    }
    Ok(Some(SortOptions { legacy, order }))
}

fn options(fields: &Fields<'_>, name: &str) -> Result<Option<GeneratorOptions>> {
    let known = ["labels", "annotations", "disableNameSuffixHash", "immutable"];
    let Some(fields) = fields.fields(name, &known)? else { return Ok(None) };
    Ok(Some(GeneratorOptions {
        labels: fields.pairs("labels")?,
        annotations: fields.pairs("annotations")?,
        disable_name_suffix_hash: fields.bool("disableNameSuffixHash")?,
        immutable: fields.bool("immutable")?,
    }))
}

fn generators(fields: &Fields<'_>, name: &str, global: &GeneratorOptions) -> Result<Vec<Generator>> {
    let known = ["namespace", "name", "behavior", "literals", "files", "envs", "env", "options", "type"];
    let known = if name == "secretGenerator" { &known[..] } else { &known[..8] };
    let read = |item| {
        let fields = fields.item(item, name, known)?;
        let mut generator = generator(&fields)?;
        generator.envs.extend(fields.text("env")?);
        merge_options(&mut generator.options, global);
        Ok(generator)
    };
    exact(fields.items(name)?.into_iter().map(read))
}

/// Reads what a generator makes. The older field `env` is known to kustomizations alone.
pub(in super::super) fn generator(fields: &Fields<'_>) -> Result<Generator> {
    Ok(Generator {
        name: fields.string("name")?,
        namespace: fields.string("namespace")?,
        behavior: match fields.string("behavior")?.as_str() {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        },
        secret_type: fields.string("type")?,
        literals: fields.texts("literals")?,
        files: fields.texts("files")?,
        envs: fields.texts("envs")?,
        options: options(fields, "options")?.unwrap_or_default(),
        spot: fields.spot(),
    })
}

/// The charts to inflate, by name.
fn charts(fields: &Fields<'_>) -> Result<Vec<Text>> {
    let mut charts = Vec::new();
    for (list, key) in [("helmCharts", "name"), ("helmChartInflationGenerator", "chartName")] {
        for item in fields.items(list)? {
            let name = item.get(key).and_then(Item::text).unwrap_or_default();
            charts.push(Text { text: name.into(), spot: fields.spot_of(item) });
        }
    }
    Ok(charts)
}

/// Lays the options of one generator over those of the kustomization; flags add up.
fn merge_options(own: &mut GeneratorOptions, global: &GeneratorOptions) {
    let merge = |own: &mut Pairs, global: &Pairs| {
        for pair in global {
            if !own.iter().any(|(key, _)| *key == pair.0) {
                own.push(pair.clone());
            }
        }
        own.sort_by(|(a, _), (b, _)| a.cmp(b));
    };
    merge(&mut own.labels, &global.labels);
    merge(&mut own.annotations, &global.annotations);
    own.disable_name_suffix_hash |= global.disable_name_suffix_hash;
    own.immutable |= global.immutable;
}
