//! Reading `blueprint.yaml`: its head, the remaining sections, and what one section says about another.
//!
//! Must not run templates.

use std::collections::BTreeMap;

use super::{
    Change, Check, Engine, FragmentSource, Id, Manifest, ManifestFile, Migration, NextStep, Registers, Text,
    fields::{Fields, Reader},
    parameters, sections, uses,
};
use crate::{
    blueprint::{Folder, Problems},
    path::RepoPath,
    text::{Span, nearest},
    yaml::{Document, Node, Stream},
};

const KEYS: [&str; 23] = [
    "blueprint",
    "version",
    "summary",
    "description",
    "engines",
    "parameters",
    "required",
    "checks",
    "names",
    "namespaces",
    "stores",
    "secret-sets",
    "secrets",
    "releases",
    "manifests",
    "registers",
    "uses",
    "needs",
    "values",
    "stage",
    "runbook",
    "next-steps",
    "migrations",
];

impl Manifest {
    /// The path of the manifest in its folder.
    pub fn path() -> RepoPath {
        RepoPath::new("blueprint.yaml").unwrap_or_else(|_| RepoPath::root())
    }

    /// Reads the manifest of a folder, and reports every fault of it.
    pub fn read(folder: &Folder) -> Result<Self, Problems> {
        let file = folder.place(&Self::path());
        let mut reader = Reader { file: file.clone(), rule: "blueprint/manifest", problems: Problems::new() };
        let Some(text) = folder.text(&Self::path()) else {
            reader.fault(Span::at(0), "a blueprint needs a file `blueprint.yaml`");
            return Err(reader.problems);
        };
        reader.problems.add_source(&file, text);
        let stream = match Stream::parse(text.clone()) {
            Ok(stream) => stream,
            Err(error) => {
                reader.fault(error.span, error.message).help = error.help;
                return Err(reader.problems);
            }
        };
        for duplicate in stream.duplicate_keys() {
            let key = text.slice(duplicate.again).to_owned();
            reader.fault(duplicate.again, format!("the key `{key}` stands twice in one mapping"));
        }
        let root = stream.documents().next().map(Document::root);
        let manifest = root.and_then(|root| manifest(&mut reader, root, folder));
        if let Some(manifest) = &manifest {
            References { reader: &mut reader, manifest }.check();
        }
        reader.problems.into_result(manifest)
    }
}

fn manifest(reader: &mut Reader, root: Node<'_>, folder: &Folder) -> Option<Manifest> {
    let fields = reader.fields(root, "blueprint.yaml", &KEYS)?;
    let name = fields.require(reader, "blueprint").and_then(|node| reader.id(node, "blueprint"));
    let version = version(reader, fields, "version");
    let summary = fields.require(reader, "summary").and_then(|node| reader.string(node, "summary"));
    let names = reader.entries(fields.get("names"), "names");
    let names = names
        .into_iter()
        .filter_map(|(id, node)| {
            parameters::check_free(reader, &id);
            parameters::check_name(reader, &id, "name");
            Some((id, reader.text(node, "names")?))
        })
        .collect();
    let required = reader.items(fields.get("required"), "required");
    let required = required.into_iter().filter_map(|item| reader.id(item, "required")).collect();
    Some(Manifest {
        description: fields.get("description").and_then(|node| reader.string(node, "description")),
        engines: engines(reader, fields),
        parameters: parameters::read(reader, fields.get("parameters")),
        required,
        checks: list(reader, fields, "checks", check),
        names,
        namespaces: table(reader, fields, "namespaces", sections::namespace),
        stores: table(reader, fields, "stores", sections::store),
        secret_sets: table(reader, fields, "secret-sets", sections::secret_set),
        secrets: table(reader, fields, "secrets", sections::secret),
        releases: table(reader, fields, "releases", sections::release),
        manifests: manifest_files(reader, fields, folder),
        registers: registers(reader, fields),
        uses: list(reader, fields, "uses", uses::component),
        needs: uses::needs(reader, fields),
        values: table(reader, fields, "values", sections::fragments),
        stage: uses::stage(reader, fields),
        runbook: uses::runbook(reader, fields),
        next_steps: list(reader, fields, "next-steps", next_step),
        migrations: list(reader, fields, "migrations", migration),
        name: name?,
        version: version?,
        summary: summary?,
    })
}

fn list<T>(reader: &mut Reader, fields: Fields<'_>, key: &str, read: fn(&mut Reader, Node<'_>) -> Option<T>) -> Vec<T> {
    reader.items(fields.get(key), key).into_iter().filter_map(|item| read(reader, item)).collect()
}

fn table<T>(
    reader: &mut Reader,
    fields: Fields<'_>,
    key: &str,
    read: fn(&mut Reader, Node<'_>) -> Option<T>,
) -> Vec<(Id, T)> {
    let entries = reader.entries(fields.get(key), key);
    entries.into_iter().filter_map(|(id, node)| Some((id, read(reader, node)?))).collect()
}

fn version(reader: &mut Reader, fields: Fields<'_>, key: &str) -> Option<String> {
    let node = fields.require(reader, key)?;
    let text = reader.string(node, key)?;
    if !is_semantic(&text) {
        reader.fault(node.span(), format!("`{text}` is not a semantic version such as `1.0.0`"));
    }
    Some(text)
}

/// Whether a text is a semantic version, without a leading `v`.
fn is_semantic(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let number = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    let rest = text[core.len()..].chars().all(|c| c.is_ascii_alphanumeric() || "-+.".contains(c));
    core.split('.').count() == 3 && core.split('.').all(number) && rest
}

fn engines(reader: &mut Reader, fields: Fields<'_>) -> Vec<Engine> {
    let Some(node) = fields.get("engines") else { return Engine::ALL.to_vec() };
    let mut engines = Vec::new();
    for item in reader.items(Some(node), "engines") {
        let word = item.text().unwrap_or_default();
        match Engine::from_word(word) {
            Some(engine) => engines.push(engine),
            None => {
                reader.fault(item.span(), format!("unknown engine `{word}`")).help =
                    Some("known engines: flux, argocd".to_owned());
            }
        }
    }
    engines
}

fn check(reader: &mut Reader, node: Node<'_>) -> Option<Check> {
    let fields = reader.fields(node, "checks", &["when", "unless", "message", "parameter", "level"])?;
    let when = fields.text(reader, "when");
    let unless = fields.text(reader, "unless");
    if when.is_none() && unless.is_none() {
        reader.fault(node.span(), "a check needs `when` or `unless`");
    }
    let level = fields.get("level");
    let is_warning = level.is_some_and(|level| level.text() == Some("warning"));
    if let Some(level) = level.filter(|level| !matches!(level.text(), Some("warning" | "error"))) {
        reader.fault(level.span(), "`level` is `error` or `warning`");
    }
    let parameter = fields.id(reader, "parameter");
    Some(Check { when, unless, message: fields.need(reader, "message")?, parameter, is_warning })
}

fn manifest_files(reader: &mut Reader, fields: Fields<'_>, folder: &Folder) -> Vec<ManifestFile> {
    let mut files = Vec::new();
    for item in reader.items(fields.get("manifests"), "manifests") {
        if item.is_mapping() {
            files.extend(manifest_file(reader, item));
        } else if let Some(pattern) = sections::file(reader, item) {
            let matches: Vec<RepoPath> = folder.paths().filter(|path| matches(&pattern, path)).cloned().collect();
            if matches.is_empty() {
                reader.fault(item.span(), format!("no file of the blueprint matches `{}`", pattern.as_str()));
            }
            files.extend(matches.into_iter().map(|file| ManifestFile {
                file,
                span: item.span(),
                to: None,
                when: None,
            }));
        }
    }
    files
}

/// Whether a path matches a pattern whose last name may hold one `*`.
fn matches(pattern: &RepoPath, path: &RepoPath) -> bool {
    let name = path.file_name();
    pattern.parent() == path.parent()
        && match pattern.file_name().split_once('*') {
            None => pattern == path,
            Some((before, after)) => {
                name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
            }
        }
}

fn manifest_file(reader: &mut Reader, node: Node<'_>) -> Option<ManifestFile> {
    let fields = reader.fields(node, "manifests", &["file", "to", "when"])?;
    let named = fields.require(reader, "file")?;
    let file = sections::file(reader, named)?;
    Some(ManifestFile { file, span: named.span(), to: fields.text(reader, "to"), when: fields.text(reader, "when") })
}

fn registers(reader: &mut Reader, fields: Fields<'_>) -> Registers {
    let fields = fields.get("registers").and_then(|node| reader.fields(node, "registers", &["path", "root"]));
    let Some(fields) = fields else { return Registers::default() };
    Registers { path: fields.text(reader, "path"), root: fields.text(reader, "root") }
}

fn next_step(reader: &mut Reader, node: Node<'_>) -> Option<NextStep> {
    if !node.is_mapping() {
        return Some(NextStep { text: reader.text(node, "next-steps")?, when: None });
    }
    let fields = reader.fields(node, "next-steps", &["text", "when"])?;
    let when = fields.text(reader, "when");
    Some(NextStep { text: fields.need(reader, "text")?, when })
}

/// What a migration can say.
const MIGRATIONS: [&str; 5] = ["rename-parameter", "rename-file", "remove-file", "rename-key", "set-if-default"];

fn migration(reader: &mut Reader, node: Node<'_>) -> Option<Migration> {
    let fields = reader.fields(node, "migrations", &[&["to"], &MIGRATIONS[..]].concat())?;
    let to = version(reader, fields, "to");
    let span = node.span();
    let said: Vec<(&str, Node<'_>)> = MIGRATIONS.iter().filter_map(|key| Some((*key, fields.get(key)?))).collect();
    let [(key, node)] = said[..] else {
        let known = MIGRATIONS.map(|key| format!("`{key}`")).join(", ");
        reader.fault(node.span(), format!("a migration has one of {known}"));
        return None;
    };
    let pairs = |reader: &mut Reader| -> Vec<(String, String)> {
        let entries = reader.entries(Some(node), key);
        entries.into_iter().filter_map(|(id, node)| Some((id.name, node.text()?.to_owned()))).collect()
    };
    let change = match key {
        "rename-parameter" => Change::RenameParameter(pairs(reader)),
        "rename-file" => Change::RenameFile(pairs(reader)),
        "remove-file" => Change::RemoveFile(reader.string(node, key)?),
        "set-if-default" => Change::SetIfDefault(pairs(reader)),
        _ => {
            let fields = reader.fields(node, key, &["file", "from", "to"])?;
            let mut text = |key| fields.require(reader, key).and_then(Node::as_str).map(str::to_owned);
            let (file, from, to) = (text("file"), text("from"), text("to"));
            Change::RenameKey { file: file?, from: from?, to: to? }
        }
    };
    Some(Migration { span, to: to?, change })
}

/// Follows every name of a parameter.
struct References<'a> {
    reader: &'a mut Reader,
    manifest: &'a Manifest,
}

impl References<'_> {
    fn check(&mut self) {
        self.parameters();
        self.names_once();
    }

    /// Parameters, names, needs and components share one space of names: that of templates.
    fn names_once(&mut self) {
        let manifest = self.manifest;
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        let parameters = manifest.parameters.iter().map(|parameter| (&parameter.id, "parameter"));
        let names = manifest.names.iter().map(|(id, _)| (id, "name"));
        let needs = manifest.needs.iter().map(|(id, _)| (id, "need"));
        let uses = manifest.uses.iter().map(|used| (&used.alias, "component"));
        for (id, what) in parameters.chain(names).chain(needs).chain(uses) {
            if let Some(first) = known.insert(&id.name, what) {
                let fault = self.reader.fault(id.span, format!("`{}` is the name of a {first} already", id.name));
                if what == "component" {
                    fault.help = Some("give the component another name with `as`".to_owned());
                }
            }
        }
    }

    fn find(&mut self, what: &str, id: &Id, known: &[String]) {
        if known.contains(&id.name) {
            return;
        }
        let help = match nearest(&id.name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "none is declared".to_owned(),
            None => format!("declared here: {}", known.join(", ")),
        };
        self.reader.fault(id.span, format!("there is no {what} `{}`", id.name)).help = Some(help);
    }

    fn parameters(&mut self) {
        let known: Vec<String> = self.manifest.parameters.iter().map(|parameter| parameter.id.name.clone()).collect();
        for id in &self.manifest.required {
            self.find("parameter", id, &known);
        }
        for check in &self.manifest.checks {
            let Some(id) = &check.parameter else { continue };
            let first = Id { name: id.name.split('.').next().unwrap_or_default().to_owned(), span: id.span };
            if !self.manifest.uses.iter().any(|used| used.alias.name == first.name) {
                self.find("parameter", &first, &known);
            }
        }
    }
}

impl Manifest {
    /// Every file of the blueprint that the manifest names, with the place.
    pub fn named_files(&self) -> Vec<(RepoPath, Span)> {
        let mut files: Vec<(RepoPath, Span)> =
            self.manifests.iter().map(|manifest| (manifest.file.clone(), manifest.span)).collect();
        for (_, release) in &self.releases {
            files.extend(release.patches.iter().map(|patch| (patch.file.clone(), patch.span)));
        }
        let own = self.releases.iter().map(|(_, release)| &release.values);
        for fragments in own.chain(self.values.iter().map(|(_, fragments)| fragments)) {
            for fragment in fragments {
                if let FragmentSource::File(path, span) = &fragment.source {
                    files.push((path.clone(), *span));
                }
            }
        }
        files.extend(
            self.runbook.iter().filter_map(|step| Some((RepoPath::new(&step.file.name).ok()?, step.file.span))),
        );
        files
    }

    /// The templates and expressions of the whole manifest that run when everything is known, with whether they are expressions.
    pub(in crate::blueprint) fn texts(&self) -> Vec<(&Text, bool)> {
        super::texts::collect(self)
    }
}
