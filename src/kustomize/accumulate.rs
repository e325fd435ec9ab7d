//! Accumulation: a kustomization, its resources and bases, its generators and components, then its transformers.
//!
//! Owns the order in which kustomize does things, and the guard against circles. Must not know what single transformers do.

use std::{collections::BTreeMap, sync::Arc};

use indexmap::IndexSet;
use rayon::prelude::*;
use smol_str::SmolStr;

use super::{
    build_metadata::{self, Configured},
    context::{Context, Schema, UseOfBuiltIn},
    file::File,
    generate::{self, Source},
    kustomization::{Kustomization, Text, replacement::Var},
    load::LoadError,
    plugin,
    problem::{Problem, ProblemKind, tidy},
    remote::is_remote,
    resource::Resource,
    resource_set::{Conflict, ResourceSet},
    session::Session,
    spot::Spot,
    transform,
    transformer_config::TransformerConfig,
};
use crate::{diagnostic::Label, manifest::NotRendered, path::RepoPath, source::EntryKind};

/// As many kustomizations may include each other in a row. Real repositories stay below ten.
const MAX_CHAIN: usize = 100;

/// What an object weighs beside its content: names, index entries, time.
const OVERHEAD: usize = 16;

/// What a kustomization or component weighs each time that it is run, if only in time.
const VISIT: usize = 1_000;

/// So many bytes of YAML take longer to parse than threads to start.
const MUCH_TEXT: usize = 256 * 1024;

/// What a kustomization amounts to before names are hashed and references mended.
#[derive(Clone, Debug, Default)]
pub(super) struct Accumulated {
    pub(super) set: ResourceSet,
    /// The variables by name.
    pub(super) vars: BTreeMap<SmolStr, Var>,
    /// All directories that were visited, the own one first.
    pub(super) roots: IndexSet<RepoPath>,
    /// How much was taken in and made so far.
    pub(super) weight: usize,
    pub(super) problems: Vec<Problem>,
    pub(super) not_rendered: Vec<NotRendered>,
    /// The field specs of all kustomizations so far; none before the first.
    pub(super) config: Option<Arc<TransformerConfig>>,
    /// The schema that the first kustomization with `openapi` chose, once there was one.
    pub(super) schema: Option<Schema>,
    /// What has been made of the built-in schema before.
    pub(super) use_of_built_in: UseOfBuiltIn,
}

impl Accumulated {
    /// The field specs that transformers work with.
    pub(super) fn config(&self) -> &Arc<TransformerConfig> {
        self.config.as_ref().unwrap_or(TransformerConfig::built_in())
    }
}

/// Accumulates the kustomization in a directory to be built, or takes what an earlier build accumulated there. It is not kept: few kustomizations are
/// both built and included, and what is kept has to be copied before it can be finished.
pub(super) fn accumulate_root(
    session: &Session,
    directory: &RepoPath,
    context: &Context,
) -> Result<Arc<Accumulated>, Box<Problem>> {
    match session.known_accumulation(directory, context) {
        Some(known) => known,
        None => fresh(session, directory, &[], context).map(Arc::new),
    }
}

/// Accumulates a base, or takes what an earlier build accumulated there.
fn accumulate_base(
    session: &Session,
    directory: &RepoPath,
    ancestors: &[RepoPath],
    context: Context,
) -> Result<Arc<Accumulated>, Box<Problem>> {
    if let Some(known) = session.known_accumulation(directory, &context) {
        return known;
    }
    let result = fresh(session, directory, ancestors, &context).map(|mut work| {
        work.set.shrink_to_fit();
        Arc::new(work)
    });
    // Any other problem may depend on the way that led here.
    if result.as_ref().map_or_else(|problem| problem.kind == ProblemKind::TooLarge, |_| true) {
        session.keep_accumulation(directory, context, &result);
    }
    result
}

fn fresh(
    session: &Session,
    directory: &RepoPath,
    ancestors: &[RepoPath],
    context: &Context,
) -> Result<Accumulated, Box<Problem>> {
    let kustomization = session.kustomization(directory)?;
    accumulate(session, directory, &kustomization, ancestors, context)
}

/// Accumulates a kustomization, which may be another one than that in the directory. `ancestors` are the directories that led here.
pub(super) fn accumulate(
    session: &Session,
    directory: &RepoPath,
    kustomization: &Kustomization,
    ancestors: &[RepoPath],
    context: &Context,
) -> Result<Accumulated, Box<Problem>> {
    let mut work = Accumulated {
        schema: context.schema.clone(),
        use_of_built_in: context.use_of_built_in,
        ..Accumulated::default()
    };
    Accumulation::new(session, directory, kustomization, ancestors, context.way.clone(), &mut work).run()?;
    Ok(work)
}

/// Accumulates a kustomization over objects that are there already.
pub(super) fn accumulate_over(
    session: &Session,
    objects: Vec<Resource>,
    kustomization: &Kustomization,
) -> Result<Accumulated, Box<Problem>> {
    let mut work = Accumulated::default();
    let root = RepoPath::root();
    let mut accumulation = Accumulation::new(session, &root, kustomization, &[], None, &mut work);
    for object in objects {
        let spot = session.files.spot(object.provenance().origin()).unwrap_or_default();
        let result = accumulation.append(object, spot);
        accumulation.tolerate(result)?;
    }
    accumulation.run()?;
    Ok(work)
}

/// One kustomization or component at work on a set of objects.
pub(super) struct Accumulation<'a> {
    pub(super) session: &'a Session,
    /// The directory, without symbolic links.
    pub(super) directory: &'a RepoPath,
    pub(super) kustomization: &'a Kustomization,
    pub(super) work: &'a mut Accumulated,
    /// The directories that led here, this one last.
    chain: Vec<RepoPath>,
    /// The way from the directory that is built; only if it is recorded.
    way: Option<String>,
}

impl<'a> Accumulation<'a> {
    fn new(
        session: &'a Session,
        directory: &'a RepoPath,
        kustomization: &'a Kustomization,
        ancestors: &[RepoPath],
        way: Option<String>,
        work: &'a mut Accumulated,
    ) -> Self {
        let chain = ancestors.iter().chain(std::iter::once(directory)).cloned().collect();
        work.roots.insert(directory.clone());
        Self { session, directory, kustomization, work, chain, way }
    }

    /// The same kustomization at work on other objects.
    pub(super) fn collecting<'b>(&'b self, work: &'b mut Accumulated) -> Accumulation<'b> {
        work.schema.clone_from(&self.work.schema);
        let (chain, way) = (self.chain.clone(), self.way.clone());
        Accumulation { work, chain, way, ..*self }
    }

    fn run(&mut self) -> Result<(), Box<Problem>> {
        let result = self.choose_schema();
        self.tolerate(result)?;
        self.charge(Spot::whole(self.kustomization.file.id), VISIT)?;
        self.list_charts();
        self.parse_ahead();
        for entry in &self.kustomization.resources {
            let result = self.resource(entry);
            self.tolerate(result)?;
        }
        self.configure()?;
        self.generate()?;
        plugin::generate(self, &self.kustomization.generators)?;
        for entry in &self.kustomization.components {
            let result = self.component(entry);
            self.tolerate(result)?;
        }
        transform::run(self)?;
        plugin::transform(self, &self.kustomization.transformers)?;
        plugin::validate(self, &self.kustomization.validators)?;
        let vars = self.kustomization.vars.iter();
        transform::vars::declare(self, vars)
    }

    /// Parses the resources and patches that are files on all threads, if there is so much to parse that it is worth waking them.
    fn parse_ahead(&self) {
        let patches = self.kustomization.patches.iter().filter_map(|patch| patch.path.as_ref());
        let paths = self.kustomization.resources.iter().chain(patches);
        // What cannot be loaded is reported where it is needed.
        let files: Vec<Arc<File>> =
            paths.filter_map(|path| self.session.load(self.directory, path.as_str()).ok()).collect();
        if files.len() > 1 && files.iter().map(|file| file.bytes().len()).sum::<usize>() > MUCH_TEXT {
            files.par_iter().for_each(|file| drop(file.stream()));
        }
    }

    /// The way from the directory that is built to something that the kustomization names, if ways are recorded.
    pub(super) fn way_to(&self, path: &str) -> Option<String> {
        self.way.as_ref().map(|way| build_metadata::join(way, path))
    }

    /// What annotations say of a field of the kustomization that stands for a built-in plugin, if anything.
    pub(super) fn configured_by(&self, plugin: &str) -> Option<Configured> {
        let path = self.way_to(self.kustomization.file.path.file_name())?;
        Some(Configured::by_field(&path, plugin))
    }

    /// Notes on all objects that a transformer has run.
    pub(super) fn record(&mut self, transformer: Option<&Configured>) {
        let Some(transformer) = transformer else { return };
        for position in 0..self.work.set.len() {
            self.work.set.change(position, |resource| resource.change(|object| transformer.changed(object)));
        }
    }

    /// Adds what an entry of `resources` names.
    pub(super) fn resource(&mut self, entry: &Text) -> Result<(), Box<Problem>> {
        match self.session.load(self.directory, entry.as_str()) {
            Ok(file) => self.resource_file(entry, &file),
            Err(LoadError::OutsideRoot) if entry.text.is_empty() => Err(self.missing(entry, LoadError::Missing)),
            Err(_) if is_remote(entry.as_str()) => {
                self.not_rendered(
                    entry.spot,
                    format!("remote resource {}", entry.text),
                    "builds do not use the network",
                );
                Ok(())
            }
            Err(LoadError::Directory(directory)) => self.base(entry, &directory),
            Err(error) => Err(self.missing(entry, error)),
        }
    }

    /// Finds out where an object lives by the schema that holds.
    fn look_up(&mut self, object: &mut Resource) {
        match self.work.schema.as_ref().map(Schema::custom) {
            Some(Some(schema)) => object.set_schema(schema),
            Some(None) => {}
            None => self.work.use_of_built_in.look_up(&object.id().gvk),
        }
    }

    pub(super) fn missing(&self, entry: &Text, error: LoadError) -> Box<Problem> {
        error.problem(
            self.session,
            ProblemKind::MissingFile,
            self.label(entry.spot, ""),
            self.directory,
            entry.as_str(),
        )
    }

    fn resource_file(&mut self, entry: &Text, file: &Arc<File>) -> Result<(), Box<Problem>> {
        let objects = file.objects().map_err(|problem| included(problem, self.label(entry.spot, "listed here")))?;
        let way = self.way_to(entry.as_str());
        for mut object in objects {
            if let Some(way) = &way {
                object.change(|object| build_metadata::loaded(object, way));
            }
            let result = self.append(object, entry.spot);
            self.tolerate(result)?;
        }
        Ok(())
    }

    /// Adds an object that the entry at `span` brought.
    pub(super) fn append(&mut self, mut object: Resource, spot: Spot) -> Result<(), Box<Problem>> {
        self.look_up(&mut object);
        let (id, origin) = (object.id().clone(), object.provenance().origin());
        self.charge(spot, object.value().weight() + OVERHEAD)?;
        self.work.set.append(object).map_err(|conflict| {
            let label = self.written_at(origin, "");
            let message = format!("may not add resource with an already registered id: {id}");
            let problem = Problem::new(ProblemKind::DuplicateId, label, message);
            let first = match conflict {
                Conflict::Exists(position) => self.work.set.get(position),
                _ => None,
            };
            let problem = problem.related(self.label(spot, "added here"));
            match first {
                Some(first) => problem.related(self.written_at(first.provenance().origin(), "the first one")),
                None => problem,
            }
        })
    }

    fn base(&mut self, entry: &Text, directory: &RepoPath) -> Result<(), Box<Problem>> {
        self.refuse_cycle(entry, [directory])?;
        let chained = |problem| included(problem, self.label(entry.spot, "included here"));
        let kustomization = self.session.kustomization(directory).map_err(chained)?;
        if kustomization.is_component {
            let message = format!("`{}` is a component; list it under `components`", entry.text);
            return Err(Problem::new(ProblemKind::InvalidKustomization, self.label(entry.spot, ""), message));
        }
        let base = self.accumulated_base(entry, directory).map_err(chained)?;
        // What was accumulated for another build may come back to where this one has been.
        self.refuse_cycle(entry, &base.roots)?;
        self.work.schema.clone_from(&base.schema);
        self.work.use_of_built_in = self.work.use_of_built_in.max(base.use_of_built_in);
        // Not only what the base has but all that it took, so that growth from level to level is noticed soon.
        self.charge(entry.spot, base.weight)?;
        let label = self.label(entry.spot, "included here");
        self.work
            .problems
            .extend(base.problems.iter().map(|problem| *included(Box::new(problem.clone()), label.clone())));
        // What several bases have in common would double on every level.
        tidy(&mut self.work.problems);
        self.work.not_rendered.extend(base.not_rendered.iter().cloned());
        self.work.not_rendered.sort();
        self.work.not_rendered.dedup();
        self.work.roots.extend(base.roots.iter().cloned());
        for object in base.set.iter() {
            let result = self.append(object.clone(), entry.spot);
            self.tolerate(result)?;
        }
        if let Some(config) = &base.config {
            self.merge_config(config, entry.spot)?;
        }
        for var in base.vars.values() {
            let result = transform::vars::merge(&self.session.files, self.work, var.clone());
            let result = result.map_err(|problem| included(problem, label.clone()));
            self.tolerate(result)?;
        }
        Ok(())
    }

    /// What a base amounts to in the place where it is included.
    fn accumulated_base(&self, entry: &Text, directory: &RepoPath) -> Result<Arc<Accumulated>, Box<Problem>> {
        let way = self.way_to(entry.as_str());
        let context = Context { way, schema: self.work.schema.clone(), ..Context::default() };
        let base = accumulate_base(self.session, directory, &self.chain, context.clone())?;
        let use_of_built_in = self.work.use_of_built_in;
        if base.schema == self.work.schema || use_of_built_in == UseOfBuiltIn::None {
            return Ok(base);
        }
        // The schema that the base chooses meets what has been made of the built-in one here.
        accumulate_base(self.session, directory, &self.chain, Context { use_of_built_in, ..context })
    }

    /// A directory that is included must not be, nor hold, one that led there.
    fn refuse_cycle<'r>(
        &self,
        entry: &Text,
        roots: impl IntoIterator<Item = &'r RepoPath>,
    ) -> Result<(), Box<Problem>> {
        let visited = |root: &RepoPath| self.chain.iter().find(|visited| visited.is_under(root)).cloned();
        let found = roots.into_iter().find_map(|root| visited(root).map(|visited| (root, visited)));
        let message = match found {
            Some((root, visited)) => {
                format!("cycle detected: candidate root `{root}` contains visited root `{visited}`")
            }
            None if self.chain.len() > MAX_CHAIN => {
                format!("more than {MAX_CHAIN} kustomizations include each other in a row")
            }
            None => return Ok(()),
        };
        Err(Problem::new(ProblemKind::Cycle, self.label(entry.spot, ""), message))
    }

    fn component(&mut self, entry: &Text) -> Result<(), Box<Problem>> {
        if is_remote(entry.as_str()) {
            self.not_rendered(entry.spot, format!("remote component {}", entry.text), "builds do not use the network");
            return Ok(());
        }
        let joined = self.directory.join(entry.as_str()).map_err(LoadError::OutsideRepository);
        let found = joined.and_then(|path| self.session.view.resolve(&path).map_err(LoadError::Source));
        let found =
            found.and_then(|found| found.ok_or(LoadError::Missing)).map_err(|error| self.missing(entry, error))?;
        if found.kind != EntryKind::Directory {
            let message = format!("`{}` is a file; components are directories", entry.text);
            return Err(Problem::new(ProblemKind::MissingFile, self.label(entry.spot, ""), message));
        }
        self.refuse_cycle(entry, [&found.path])?;
        let label = self.label(entry.spot, "included here");
        let component = self.session.kustomization(&found.path).map_err(|problem| included(problem, label.clone()))?;
        if !component.is_component {
            let message = format!("expected kind `Component` for `{}` but got `Kustomization`", entry.text);
            return Err(Problem::new(ProblemKind::InvalidKustomization, self.label(entry.spot, ""), message));
        }
        let first = self.work.problems.len();
        let result = Accumulation::new(
            self.session,
            &found.path,
            &component,
            &self.chain,
            self.way_to(entry.as_str()),
            self.work,
        )
        .run();
        for problem in self.work.problems.iter_mut().skip(first) {
            problem.chain.insert(0, label.clone());
        }
        result.map_err(|problem| included(problem, label))?;
        // kustomize puts what a component leaves into a fresh start.
        match self.work.config.take() {
            Some(config) => self.merge_config(&config, entry.spot),
            None => Ok(()),
        }
    }

    fn generate(&mut self) -> Result<(), Box<Problem>> {
        let source = Source { session: self.session, directory: self.directory };
        for generator in &self.kustomization.config_map_generator {
            let result = generate::config_map(&source, generator);
            let made = self.configured_by("ConfigMapGenerator");
            let result = result.and_then(|object| self.absorb(object, made.as_ref(), generator.spot));
            self.tolerate(result)?;
        }
        for generator in &self.kustomization.secret_generator {
            let result = generate::secret(&source, generator);
            let made = self.configured_by("SecretGenerator");
            let result = result.and_then(|object| self.absorb(object, made.as_ref(), generator.spot));
            self.tolerate(result)?;
        }
        Ok(())
    }

    /// Adds what the generator at `span` made.
    pub(super) fn absorb(
        &mut self,
        mut object: Resource,
        made: Option<&Configured>,
        spot: Spot,
    ) -> Result<(), Box<Problem>> {
        self.look_up(&mut object);
        if let Some(made) = made {
            object.change(|object| made.made(object));
        }
        let id = object.id().clone();
        self.charge(spot, object.value().weight() + OVERHEAD)?;
        self.work.set.absorb(object).map_err(|conflict| {
            let (message, help) = match conflict {
                Conflict::Exists(_) => {
                    (format!("id {id} exists; behavior must be merge or replace"), "set `behavior: merge`")
                }
                Conflict::NothingToMerge => {
                    (format!("id {id} does not exist; cannot merge or replace"), "drop `behavior`, or mend the name")
                }
                Conflict::Ambiguous => {
                    (format!("found multiple objects that could accept the merge of {id}"), "name the namespace")
                }
            };
            Problem::new(ProblemKind::GeneratorFails, self.label(spot, ""), message).help(help)
        })
    }
}

/// Says through which entry a problem was reached.
pub(super) fn included(mut problem: Box<Problem>, label: Label) -> Box<Problem> {
    problem.chain.insert(0, label);
    problem
}
