//! `AppProjects`: which sources, destinations and kinds the Applications of a project may use.
//!
//! From `app_project_types.go` of Argo CD's API. What only a cluster knows (clusters of a project, live namespaces) is not asked; signature keys and roles decide nothing
//! about objects. Must not know what Applications render to.

use regex::Regex;
use smol_str::SmolStr;

use super::{
    Application, Destination, GROUP, Source,
    glob::{Dialect, matches},
    read::{Text, items, plain, plains, text, texts},
};
use crate::{
    manifest::{ObjectId, RenderedObject},
    yaml::{Origin, Value},
};

/// An `AppProject`.
#[derive(Clone, Debug)]
pub struct AppProject {
    /// Its identity.
    pub id: ObjectId,
    /// Where it is written.
    pub origin: Origin,
    /// `sourceRepos`, each with its place.
    pub source_repos: Vec<(SmolStr, Origin)>,
    /// `sourceNamespaces`: where its Applications may stand beside Argo CD's own namespace.
    pub source_namespaces: Vec<SmolStr>,
    /// `destinations`.
    pub destinations: Vec<Destination>,
    /// `clusterResourceWhitelist`: without it no cluster-scoped kind is allowed.
    pub cluster_allowed: Vec<KindRule>,
    /// `clusterResourceBlacklist`.
    pub cluster_denied: Vec<KindRule>,
    /// `namespaceResourceWhitelist`: without it every namespaced kind is allowed.
    pub namespaced_allowed: Option<Vec<KindRule>>,
    /// `namespaceResourceBlacklist`.
    pub namespaced_denied: Vec<KindRule>,
    /// Whether objects in its namespaces that no Application owns are reported.
    pub monitors_orphans: bool,
}

/// An entry of a list of kinds; its parts are globs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRule {
    /// The API group.
    pub group: SmolStr,
    /// The kind.
    pub kind: SmolStr,
    /// The name of the object, in lists of cluster-scoped kinds.
    pub name: Option<SmolStr>,
    /// Where it is written.
    pub origin: Origin,
}

/// Something that a project does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is not allowed, and why, as one sentence without a final full stop.
    pub reason: String,
    /// Where the Application asks for it, or where the object is written.
    pub origin: Origin,
    /// The entry of the project that forbids it; `None` if none allows it.
    pub rule: Option<Origin>,
}

/// The address of the cluster that Argo CD runs in.
const IN_CLUSTER: &str = "https://kubernetes.default.svc";

/// Whether a pattern of `application.namespaces` or `sourceNamespaces` fits a namespace: between slashes it is a regular expression, else a glob.
pub fn namespace_fits(pattern: &str, namespace: &str) -> bool {
    let inner = pattern.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    // What only another dialect of regular expressions can read may well fit.
    inner.map_or_else(
        || matches(Dialect::Gobwas, pattern, namespace),
        |inner| Regex::new(inner).map_or(true, |regex| regex.is_match(namespace)),
    )
}

impl AppProject {
    /// Reads an `AppProject`; `None` for other objects.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        if !id.is(GROUP, "AppProject") {
            return None;
        }
        let spec = value.get("spec")?;
        let kinds = |key: &str| items(spec, key).iter().map(kind_rule).collect::<Vec<_>>();
        let destination = |value: &Value| Destination {
            server: text(value, "server"),
            name: text(value, "name"),
            namespace: text(value, "namespace"),
        };
        let namespaced = spec.get("namespaceResourceWhitelist").filter(|list| !list.is_null());
        Some(Self {
            id: id.clone(),
            origin: value.origin,
            source_repos: texts(spec, "sourceRepos"),
            source_namespaces: plains(spec, "sourceNamespaces"),
            destinations: items(spec, "destinations").iter().map(destination).collect(),
            cluster_allowed: kinds("clusterResourceWhitelist"),
            cluster_denied: kinds("clusterResourceBlacklist"),
            namespaced_allowed: namespaced.map(|_| kinds("namespaceResourceWhitelist")),
            namespaced_denied: kinds("namespaceResourceBlacklist"),
            monitors_orphans: spec.get("orphanedResources").is_some_and(|orphans| !orphans.is_null()),
        })
    }

    /// Everything that the project does not allow of an Application and the objects it renders to. Empty if all is well.
    pub fn refusals(
        &self,
        application: &Application,
        controller_namespace: &str,
        objects: &[RenderedObject],
    ) -> Vec<Refusal> {
        let mut refusals: Vec<Refusal> =
            self.allows_application(application, controller_namespace).err().into_iter().collect();
        refusals.extend(application.sources.iter().filter_map(|source| self.allows_source(source).err()));
        let refused = self.allows_destination(&application.destination, application.origin).err();
        let own = application.destination.namespace();
        for object in objects {
            refusals.extend(self.allows_kind(&object.id, object.origin()).err());
            let elsewhere = object.id.namespace.as_ref().filter(|namespace| Some(namespace.as_str()) != own);
            if let Some(namespace) = elsewhere {
                let place = Some((namespace.clone(), object.origin()));
                let destination = Destination { namespace: place, ..application.destination.clone() };
                refusals.extend(self.allows_destination(&destination, object.origin()).err());
            }
        }
        refusals.extend(refused);
        refusals
    }

    /// Whether an Application may stand where it does.
    pub fn allows_application(&self, application: &Application, controller_namespace: &str) -> Result<(), Refusal> {
        let namespace = application.id.namespace.as_deref().unwrap_or(controller_namespace);
        let fits = |pattern: &SmolStr| namespace_fits(pattern, namespace);
        if namespace == controller_namespace || self.source_namespaces.iter().any(fits) {
            return Ok(());
        }
        let reason = format!("the project `{}` takes no Applications in namespace `{namespace}`", self.id.name);
        Err(Refusal { reason, origin: application.origin, rule: None })
    }

    /// Whether a source may be used. A pattern with `!` in front forbids, whatever the others say.
    pub fn allows_source(&self, source: &Source) -> Result<(), Refusal> {
        let url = normalized(&source.repo_url);
        let refuse = |rule: Option<Origin>| {
            let reason = format!("the project `{}` does not allow the source {}", self.id.name, source.repo_url);
            Err(Refusal { reason, origin: source.origin, rule })
        };
        let mut allowed = false;
        for (pattern, origin) in &self.source_repos {
            match pattern.strip_prefix('!') {
                // A pattern that forbids something else allows this.
                Some(denied) if !fits(&normalized(denied), &url, Dialect::GobwasPaths) => allowed = true,
                Some(_) => return refuse(Some(*origin)),
                None => allowed |= fits(&normalized(pattern), &url, Dialect::GobwasPaths),
            }
        }
        if allowed { Ok(()) } else { refuse(None) }
    }

    /// Whether something may be deployed to a cluster and namespace; `origin` is where that is asked for.
    pub fn allows_destination(&self, destination: &Destination, origin: Origin) -> Result<(), Refusal> {
        let refuse = |rule: Option<Origin>| {
            let cluster = part(destination.server.as_ref().or(destination.name.as_ref()));
            let namespace = part(destination.namespace.as_ref());
            let name = &self.id.name;
            let reason =
                format!("the project `{name}` does not allow the namespace `{namespace}` of cluster `{cluster}`");
            Err(Refusal { reason, origin, rule })
        };
        let mut allowed = false;
        for entry in &self.destinations {
            let has = |field: &Option<Text>, wanted: &Option<Text>| {
                !part(wanted.as_ref()).is_empty() && agrees(part(field.as_ref()), part(wanted.as_ref()))
            };
            // Every cluster has an address, also one that is asked for by its name: nobody knows which, save for that of Argo CD itself.
            let asked = part(destination.name.as_ref());
            let by_name = destination.server.is_none() && !asked.is_empty();
            let pattern = part(entry.server.as_ref());
            let unknown = by_name && !pattern.is_empty() && !pattern.starts_with('!');
            let may_be = unknown && (asked != "in-cluster" || agrees(pattern, IN_CLUSTER));
            let (name, server) =
                (has(&entry.name, &destination.name), may_be || has(&entry.server, &destination.server));
            let namespace = agrees(part(entry.namespace.as_ref()), part(destination.namespace.as_ref()));
            let denies = |field: &Option<Text>| part(field.as_ref()).starts_with('!');
            let rule = || {
                [&entry.name, &entry.server, &entry.namespace]
                    .into_iter()
                    .flatten()
                    .find(|(text, _)| text.starts_with('!'))
                    .map(|(_, origin)| *origin)
            };
            if (server || name) && namespace {
                allowed = true;
            } else if (!name && denies(&entry.name))
                || (!server && denies(&entry.server) && namespace)
                || (!namespace && denies(&entry.namespace) && server)
            {
                return refuse(rule());
            }
        }
        if allowed { Ok(()) } else { refuse(None) }
    }

    /// Whether an object of this kind may be deployed; `origin` is where it is written.
    pub fn allows_kind(&self, id: &ObjectId, origin: Origin) -> Result<(), Refusal> {
        let namespaced = id.namespace.is_some() || !id.is_cluster_scoped();
        let (allowed, denied) = if namespaced {
            (self.namespaced_allowed.as_deref(), &self.namespaced_denied)
        } else {
            (Some(self.cluster_allowed.as_slice()), &self.cluster_denied)
        };
        let fits = |rule: &&KindRule| rule.fits(id, namespaced);
        let refuse = |rule: Option<Origin>| {
            let reason = format!("the project `{}` does not allow the kind {}", self.id.name, kind_name(id));
            Err(Refusal { reason, origin, rule })
        };
        if let Some(rule) = denied.iter().find(fits) {
            return refuse(Some(rule.origin));
        }
        if allowed.is_none_or(|allowed| allowed.iter().any(|rule| fits(&rule))) { Ok(()) } else { refuse(None) }
    }
}

impl KindRule {
    fn fits(&self, id: &ObjectId, namespaced: bool) -> bool {
        let glob = |pattern: &str, text: &str| matches(Dialect::PathMatch, pattern, text);
        let named = self.name.as_ref().filter(|_| !namespaced).is_none_or(|name| glob(name, &id.name));
        glob(&self.kind, &id.kind) && glob(&self.group, &id.group) && named
    }
}

fn kind_rule(value: &Value) -> KindRule {
    KindRule {
        group: plain(value, "group").unwrap_or_default(),
        kind: plain(value, "kind").unwrap_or_default(),
        name: plain(value, "name"),
        origin: value.origin,
    }
}

fn kind_name(id: &ObjectId) -> String {
    if id.group.is_empty() { id.kind.to_string() } else { format!("{} of {}", id.kind, id.group) }
}

fn part(field: Option<&Text>) -> &str {
    field.map_or("", |(text, _)| text.as_str())
}

/// Whether a text fits a pattern, which forbids with `!` in front.
fn agrees(pattern: &str, text: &str) -> bool {
    match pattern.strip_prefix('!') {
        Some(denied) => !matches(Dialect::Gobwas, denied, text),
        None => fits(pattern, text, Dialect::Gobwas),
    }
}

fn fits(pattern: &str, text: &str, dialect: Dialect) -> bool {
    pattern == "*" || matches(dialect, pattern, text)
}

/// A repository's URL in the form in which Argo CD compares them.
fn normalized(url: &str) -> String {
    let url = url.trim().to_ascii_lowercase();
    let is_short = !url.contains("://") && url.split_once('@').is_some_and(|(user, _)| !user.contains(['/', ':']));
    let url = if is_short { url.replacen(':', "/", 1) } else { url };
    let url = url.strip_suffix(".git").unwrap_or(&url);
    url.strip_prefix("ssh://").unwrap_or(url).to_owned()
}
