//! The files of `crds`: `OpenAPI` definitions whose extensions say which fields hold names, annotations and labels.
//!
//! A file maps the names of types to `Schema`. Each type with `apiVersion`, `kind` and `metadata` is taken for a kind of objects, called like the last
//! part of its name; from there kustomize follows `$ref`, but not what is nested without one. Must not know how the specs are merged with the rest.

use super::{ConflictingConfig, TransformerConfig};
use crate::{
    diagnostic::Label,
    kustomize::{
        default_field_specs::NameReference,
        field_spec::{self, FieldSpec},
        file::File,
        objects::{self, Place},
        problem::{Problem, ProblemKind},
    },
    text::Span,
    yaml::{Document, Mapping, Value},
};

type Result<T> = std::result::Result<T, Box<Problem>>;

/// The fields of a type that make it a kind of objects.
const OBJECT_FIELDS: [&str; 3] = ["kind", "apiVersion", "metadata"];

/// Reads the first document of a file.
pub(in super::super) fn read(file: &File) -> Result<TransformerConfig> {
    let mut config = TransformerConfig::default();
    let Some(root) = file.stream()?.documents().next().map(Document::root) else { return Ok(config) };
    let place = Place::file(&file.path, file.id);
    let definitions = root.to_value(file.id).map_err(|error| objects::expand_problem(error, &place))?;
    if definitions.is_null() {
        return Ok(config);
    }
    let Some(types) = definitions.as_mapping() else {
        return Err(bad(file, &definitions, "the file must map names of types to their OpenAPI definitions"));
    };
    for (name, definition) in types {
        if definition.as_mapping().is_none() && !definition.is_null() {
            let problem = bad(file, definition, format!("`{name}` must be a definition with a `Schema`"));
            return Err(problem.help(
                "`crds` lists OpenAPI definitions by the names of their types; list a CustomResourceDefinition under `resources`",
            ));
        }
    }
    for name in types.keys() {
        if properties(types, name).is_some_and(|fields| OBJECT_FIELDS.iter().all(|field| fields.contains_key(*field))) {
            let kind = name.rsplit('.').next().unwrap_or_default().to_owned();
            let mut reader = Reader { types, kind, config: TransformerConfig::default() };
            let result =
                reader.read(name, &mut Vec::new(), &mut vec![name]).and_then(|()| config.merge(&reader.config));
            result.map_err(|conflict| bad(file, &definitions, conflict.to_string()))?;
        }
    }
    Ok(config)
}

fn bad(file: &File, value: &Value, message: impl Into<String>) -> Box<Problem> {
    let label = Label { span: Span::at(value.origin.offset as usize), ..file.label(value.origin.offset, "") };
    Problem::new(ProblemKind::InvalidKustomization, label, message)
}

/// The properties of a type.
fn properties<'a>(types: &'a Mapping, name: &str) -> Option<&'a Mapping> {
    let definition = types.get(name)?.as_mapping()?;
    let schema = definition.iter().find(|(key, _)| key.eq_ignore_ascii_case("schema"))?.1;
    schema.get("properties")?.as_mapping()
}

/// An extension of a property, if it is a text.
fn extension<'a>(property: &'a Value, name: &str) -> Option<&'a str> {
    let (_, value) = property.as_mapping()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    value.as_str()
}

/// The reading of one kind.
struct Reader<'a> {
    types: &'a Mapping,
    kind: String,
    config: TransformerConfig,
}

impl<'a> Reader<'a> {
    /// Reads a type that stands at `path` in the kind. `chain` holds the types on the way there: kustomize does not come back from a circle.
    fn read(
        &mut self,
        name: &str,
        path: &mut Vec<&'a str>,
        chain: &mut Vec<&'a str>,
    ) -> std::result::Result<(), ConflictingConfig> {
        for (field, property) in properties(self.types, name).into_iter().flatten() {
            path.push(field);
            self.add(property, path)?;
            if let Some(target) = property.get("$ref").and_then(Value::as_str).filter(|target| !chain.contains(target))
            {
                chain.push(target);
                self.read(target, path, chain)?;
                chain.pop();
            }
            path.pop();
        }
        Ok(())
    }

    /// Adds what the extensions of a property say.
    fn add(&mut self, property: &Value, path: &[&str]) -> std::result::Result<(), ConflictingConfig> {
        let path = path.join("/");
        let lists = [
            ("x-kubernetes-annotation", "commonAnnotations", &mut self.config.common_annotations),
            ("x-kubernetes-label-selector", "commonLabels", &mut self.config.common_labels),
            ("x-kubernetes-identity", "namePrefix", &mut self.config.name_prefix),
        ];
        let spec =
            |path: String| FieldSpec { kind: self.kind.clone().into(), path: path.into(), ..FieldSpec::default() };
        for (name, list, specs) in lists {
            if extension(property, name).is_some() {
                field_spec::merge(specs, spec(path.clone()))
                    .map_err(|conflict| ConflictingConfig { list, path: conflict.path })?;
            }
        }
        let version = extension(property, "x-kubernetes-object-ref-api-version");
        let kind = extension(property, "x-kubernetes-object-ref-kind");
        if let (Some(version), Some(kind)) = (version, kind) {
            let key = extension(property, "x-kubernetes-object-ref-name-key").unwrap_or("name");
            let target =
                FieldSpec { version: version.to_owned().into(), kind: kind.to_owned().into(), ..FieldSpec::default() };
            let referrers = vec![spec(format!("{path}/{key}"))];
            self.config.add_name_reference(&NameReference { target, referrers })?;
        }
        Ok(())
    }
}
