//! Objects by kind and name, and how far the repository knows what is in a namespace.
//!
//! Must not know who asks.

use std::collections::{BTreeSet, HashMap};

use smol_str::SmolStr;

use super::{Object, Project};
use crate::{
    cluster::Model,
    graph::{PodTemplate, Reference, Selector, Target, pod_template, references_of},
    manifest::ObjectId,
};

/// The objects by kind and name.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    by_name: HashMap<(SmolStr, SmolStr), Vec<usize>>,
    by_name_before_hash: HashMap<(SmolStr, SmolStr), Vec<usize>>,
    by_kind: HashMap<SmolStr, Vec<usize>>,
    with_pods: Vec<usize>,
    open: BTreeSet<(Option<usize>, Option<SmolStr>)>,
}

impl Lookup {
    fn of(model: &Model, objects: &[Object]) -> Self {
        let mut lookup = Self::default();
        for (index, object) in objects.iter().enumerate() {
            let id = &object.id;
            lookup.by_name.entry((id.kind.clone(), id.name.clone())).or_default().push(index);
            if let Some(name) = &object.name_before_hash {
                lookup.by_name_before_hash.entry((id.kind.clone(), name.clone())).or_default().push(index);
            }
            lookup.by_kind.entry(id.kind.clone()).or_default().push(index);
            if pod_template(id, &object.value).is_some() {
                lookup.with_pods.push(index);
            }
            if makes_others(id) {
                lookup.open.insert((cluster_of(model, object.unit), id.namespace.clone()));
            }
        }
        for release in &model.releases {
            lookup.open.insert((cluster_of(model, release.unit), release.release.namespace.clone()));
        }
        lookup
    }
}

fn cluster_of(model: &Model, unit: usize) -> Option<usize> {
    model.units.get(unit).and_then(|unit| unit.cluster)
}

/// Whether a controller may make objects beside an object of this kind that the repository does not show. The kinds of which it is known that they make nothing that others refer to by
/// name or label are listed.
fn makes_others(id: &ObjectId) -> bool {
    const SILENT: &[&str] = &[
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "bitnami.com",
        "cert-manager.io",
        "cilium.io",
        "external-secrets.io",
        "generators.external-secrets.io",
        "image.toolkit.fluxcd.io",
        "networking.k8s.io",
        "notification.toolkit.fluxcd.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "source.toolkit.fluxcd.io",
        "storage.k8s.io",
    ];
    const SILENT_KINDS: &[&str] = &[
        "ServiceMonitor",
        "PodMonitor",
        "PrometheusRule",
        "Probe",
        "HTTPRoute",
        "GRPCRoute",
        "TCPRoute",
        "TLSRoute",
        "ScaledObject",
        "Rollout",
    ];
    !SILENT.contains(&id.group.as_str()) && !SILENT_KINDS.contains(&id.kind.as_str())
}

fn may_be_same<T: PartialEq + Copy>(one: Option<T>, other: Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Project {
    fn lookup(&self) -> &Lookup {
        self.lookup.get_or_init(|| Lookup::of(&self.model, &self.objects))
    }

    fn at<'p>(&'p self, indices: Option<&'p Vec<usize>>) -> impl Iterator<Item = &'p Object> + 'p {
        indices.into_iter().flatten().filter_map(|&index| self.objects.get(index))
    }

    /// Whether two objects may be in one cluster.
    pub fn may_share_cluster(&self, one: &Object, other: &Object) -> bool {
        may_be_same(cluster_of(&self.model, one.unit), cluster_of(&self.model, other.unit))
    }

    /// The objects of a kind that may be in the same cluster as `from`.
    pub fn objects_of_kind<'p>(
        &'p self,
        from: &'p Object,
        group: &'p str,
        kind: &str,
    ) -> impl Iterator<Item = &'p Object> + 'p {
        let all = self.at(self.lookup().by_kind.get(kind));
        all.filter(move |object| object.id.group == group && self.may_share_cluster(from, object))
    }

    /// The objects that a reference of `from` may mean: of this kind and name (also the name before a hash was added), in the same cluster and namespace as far as these are known.
    pub fn targets<'p>(&'p self, from: &'p Object, to: &'p Target) -> impl Iterator<Item = &'p Object> + 'p {
        let name = (to.kind.clone(), to.name.clone());
        let named = self.at(self.lookup().by_name.get(&name));
        let hashed = self.at(self.lookup().by_name_before_hash.get(&name));
        named.chain(hashed).filter(move |object| {
            object.id.group == to.group
                && may_be_same(object.id.namespace.as_ref(), to.namespace.as_ref())
                && self.may_share_cluster(from, object)
        })
    }

    /// The names of the objects of a kind in the namespace that a reference of `from` names, for suggestions.
    pub fn names_beside<'p>(&'p self, from: &'p Object, to: &'p Target) -> impl Iterator<Item = &'p str> + 'p {
        self.objects_of_kind(from, to.group.as_str(), &to.kind)
            .filter(|object| may_be_same(object.id.namespace.as_ref(), to.namespace.as_ref()))
            .map(|object| object.id.name.as_str())
    }

    /// The objects in the namespace of `from` that make Pods, with the Pods they make.
    pub fn pods_beside<'p>(&'p self, from: &'p Object) -> impl Iterator<Item = (&'p Object, PodTemplate<'p>)> + 'p {
        let all = self.lookup().with_pods.iter().filter_map(|&index| self.objects.get(index));
        let near = all.filter(|object| {
            may_be_same(object.id.namespace.as_ref(), from.id.namespace.as_ref())
                && self.may_share_cluster(from, object)
        });
        near.filter_map(|object| Some((object, pod_template(&object.id, &object.value)?)))
    }

    /// The objects in the namespace of `from` whose Pods a selector finds.
    pub fn selected<'p>(
        &'p self,
        from: &'p Object,
        selector: Selector<'p>,
    ) -> impl Iterator<Item = (&'p Object, PodTemplate<'p>)> + 'p {
        self.pods_beside(from).filter(move |(_, pod)| selector.matches(pod.labels))
    }

    /// Whether everything that a namespace holds stands in the repository, seen from `from`: no chart and no custom resource there may bring more, and all of the unit of `from` could be rendered.
    pub fn knows_namespace(&self, from: &Object, namespace: Option<&str>) -> bool {
        let cluster = cluster_of(&self.model, from.unit);
        let is_open = self
            .lookup()
            .open
            .iter()
            .any(|(of, open)| may_be_same(*of, cluster) && may_be_same(open.as_deref(), namespace));
        let unit = self.unit_of(from);
        let is_whole = unit.is_some_and(|unit| unit.not_rendered.is_empty() && unit.problems.is_empty());
        is_whole && !is_open && namespace.is_some_and(|name| !name.contains(['$', '{']))
    }

    /// The references of an object that lead to nothing, as far as the repository knows all that is in the namespace they lead to.
    pub fn dangling(&self, object: &Object) -> Vec<Reference> {
        let is_dangling = |reference: &Reference| {
            let namespace = reference.to.namespace.as_deref();
            !reference.optional
                && namespace.is_some()
                && !reference.to.name.contains(['$', '{', '<'])
                && self.targets(object, &reference.to).next().is_none()
                && self.knows_namespace(object, namespace)
                && !self.is_external(&reference.to.kind, namespace, &reference.to.name)
        };
        references_of(object).into_iter().filter(is_dangling).collect()
    }
}
