//! The order of a sync: phases, waves, kinds, names; and hooks, Helm's among them.
//!
//! From pkg/sync in Argo CD's gitops-engine. Must not know where objects come from.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::read::annotation;
use crate::{manifest::RenderedObject, yaml::Value};

/// A phase of a sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Hooks before everything else.
    PreSync,
    /// Everything that is no hook, and hooks that say so.
    Sync,
    /// Hooks after everything is healthy.
    PostSync,
    /// Hooks after a sync that failed.
    SyncFail,
    /// Hooks before the Application's objects are deleted.
    PreDelete,
    /// Hooks after the Application's objects were deleted.
    PostDelete,
}

impl Phase {
    /// Its name in annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PreSync => "PreSync",
            Self::Sync => "Sync",
            Self::PostSync => "PostSync",
            Self::SyncFail => "SyncFail",
            Self::PreDelete => "PreDelete",
            Self::PostDelete => "PostDelete",
        }
    }
}

/// When a hook is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeletePolicy {
    /// Before it is made anew.
    BeforeHookCreation,
    /// When it has succeeded.
    HookSucceeded,
    /// When it has failed.
    HookFailed,
}

/// What Argo CD does with an object in a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The phases it is applied in; none if it is skipped.
    pub phases: Vec<Phase>,
    /// Its wave.
    pub wave: i64,
    /// Whether it is a hook.
    pub is_hook: bool,
    /// When it is deleted, if it is a hook.
    pub delete_policies: Vec<DeletePolicy>,
}

/// Objects that are applied together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The phase.
    pub phase: Phase,
    /// The wave.
    pub wave: i64,
    /// The objects, as places in the list that was given, in order of application.
    pub objects: Vec<usize>,
}

/// Reads what the annotations of an object say about syncing.
pub fn placement(object: &Value) -> Placement {
    let argo = list(object, "argocd.argoproj.io/hook");
    let mut hooks: Vec<Hook> = argo.iter().filter_map(|name| hook(name)).collect();
    let helm = annotation(object, "helm.sh/hook");
    // Helm's hooks count where there is none of Argo CD's own.
    if hooks.is_empty() {
        hooks = list(object, "helm.sh/hook").iter().filter_map(|name| helm_hook(name)).collect();
    }
    let skipped = hooks == [Hook::Skip];
    let is_hook = !skipped
        && match annotation(object, "argocd.argoproj.io/hook") {
            Some(_) => true,
            // Helm 2 marked definitions in this way; they are no hooks.
            None => helm.is_some_and(|helm| helm != "crd-install"),
        };
    let mut phases: Vec<Phase> = match (skipped, is_hook) {
        (true, _) => Vec::new(),
        (false, false) => vec![Phase::Sync],
        (false, true) => {
            hooks.into_iter().filter_map(|hook| if let Hook::In(phase) = hook { Some(phase) } else { None }).collect()
        }
    };
    phases.sort_unstable();
    phases.dedup();
    let delete_policies = if is_hook { delete_policies(object) } else { Vec::new() };
    Placement { phases, wave: wave(object), is_hook, delete_policies }
}

/// The wave of an object: its own, or else the weight that Helm gives a hook.
pub fn wave(object: &Value) -> i64 {
    let number = |name: &str| annotation(object, name)?.parse().ok();
    number("argocd.argoproj.io/sync-wave").or_else(|| number("helm.sh/hook-weight")).unwrap_or_default()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hook {
    In(Phase),
    Skip,
}

fn hook(name: &str) -> Option<Hook> {
    Some(match name {
        "PreSync" => Hook::In(Phase::PreSync),
        "Sync" => Hook::In(Phase::Sync),
        "PostSync" => Hook::In(Phase::PostSync),
        "SyncFail" => Hook::In(Phase::SyncFail),
        "PreDelete" => Hook::In(Phase::PreDelete),
        "PostDelete" => Hook::In(Phase::PostDelete),
        "Skip" => Hook::Skip,
        _ => return None,
    })
}

fn helm_hook(name: &str) -> Option<Hook> {
    Some(Hook::In(match name {
        "pre-install" | "pre-upgrade" => Phase::PreSync,
        "post-install" | "post-upgrade" => Phase::PostSync,
        "pre-delete" => Phase::PreDelete,
        "post-delete" => Phase::PostDelete,
        _ => return None,
    }))
}

fn delete_policies(object: &Value) -> Vec<DeletePolicy> {
    let own = list(object, "argocd.argoproj.io/hook-delete-policy").into_iter().filter_map(|name| match name {
        "BeforeHookCreation" => Some(DeletePolicy::BeforeHookCreation),
        "HookSucceeded" => Some(DeletePolicy::HookSucceeded),
        "HookFailed" => Some(DeletePolicy::HookFailed),
        _ => None,
    });
    let helm = list(object, "helm.sh/hook-delete-policy").into_iter().filter_map(|name| match name {
        "before-hook-creation" => Some(DeletePolicy::BeforeHookCreation),
        "hook-succeeded" => Some(DeletePolicy::HookSucceeded),
        "hook-failed" => Some(DeletePolicy::HookFailed),
        _ => None,
    });
    let mut policies: Vec<DeletePolicy> = own.chain(helm).collect();
    policies.sort_unstable();
    policies.dedup();
    if policies.is_empty() { vec![DeletePolicy::BeforeHookCreation] } else { policies }
}

/// The parts of an annotation between commas.
fn list<'v>(object: &'v Value, name: &str) -> Vec<&'v str> {
    let parts = annotation(object, name).unwrap_or_default().split(',');
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Kinds in the order in which they are applied; all others come after them.
const KINDS: &[&str] = &[
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

fn kind_order(kind: &str) -> usize {
    KINDS.iter().position(|known| *known == kind).unwrap_or(KINDS.len())
}

/// One object in one phase.
#[derive(Clone, Debug)]
struct Task {
    phase: Phase,
    wave: i64,
    object: usize,
}

/// The steps of a sync in order. A Namespace comes before the first object in it, and a `CustomResourceDefinition` before the first of its objects, in their phase and
/// wave, whatever their own.
pub fn steps(objects: &[RenderedObject]) -> Vec<Step> {
    let mut tasks = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let placement = placement(&object.value);
        tasks.extend(placement.phases.iter().map(|&phase| Task { phase, wave: placement.wave, object: index }));
    }
    let id = |task: &Task| &objects[task.object].id;
    tasks.sort_by(|a, b| {
        let key = |task: &Task| (task.phase, task.wave, kind_order(&id(task).kind));
        key(a).cmp(&key(b)).then_with(|| id(a).name.cmp(&id(b).name)).then_with(|| id(a).cmp(id(b)))
    });
    let namespace = |object: &RenderedObject| object.id.is("", "Namespace").then(|| object.id.name.clone());
    raise(&mut tasks, objects, &namespace, &|object| object.id.namespace.clone());
    raise(&mut tasks, objects, &defined_kind, &|object| Some(format!("{}/{}", object.id.group, object.id.kind).into()));
    grouped(&tasks)
}

/// The steps in which objects are pruned: waves from the last to the first, and in each wave the objects in reverse. Hooks are not pruned.
pub fn prune_steps(objects: &[RenderedObject]) -> Vec<Step> {
    let is_hook = |index: &usize| objects.get(*index).is_some_and(|object| placement(&object.value).is_hook);
    let mut steps = steps(objects);
    for step in &mut steps {
        step.objects.retain(|index| !is_hook(index));
        step.objects.reverse();
    }
    steps.retain(|step| !step.objects.is_empty());
    steps.reverse();
    steps
}

/// What a definition defines, as `group/kind`.
fn defined_kind(object: &RenderedObject) -> Option<SmolStr> {
    if !object.id.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return None;
    }
    let group = object.value.pointer(&["spec", "group"])?.as_str()?;
    let kind = object.value.pointer(&["spec", "names", "kind"])?.as_str()?;
    Some(format!("{group}/{kind}").into())
}

type KeyOf<'a> = &'a dyn Fn(&RenderedObject) -> Option<SmolStr>;

/// Moves what others depend on in front of the first of them.
fn raise(tasks: &mut Vec<Task>, objects: &[RenderedObject], provides: KeyOf<'_>, needs: KeyOf<'_>) {
    let mut first: HashMap<SmolStr, usize> = HashMap::new();
    for index in 0..tasks.len() {
        let Some(object) = tasks.get(index).and_then(|task| objects.get(task.object)) else { continue };
        if let Some(key) = provides(object) {
            let Some(&before) = first.get(&key) else { continue };
            let mut task = tasks.remove(index);
            if let Some(dependent) = tasks.get(before) {
                (task.phase, task.wave) = (dependent.phase, dependent.wave);
            }
            tasks.insert(before, task);
            first.values_mut().filter(|place| **place >= before).for_each(|place| *place += 1);
        } else if let Some(key) = needs(object) {
            first.entry(key).or_insert(index);
        }
    }
}

fn grouped(tasks: &[Task]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for task in tasks {
        match steps.last_mut().filter(|step| (step.phase, step.wave) == (task.phase, task.wave)) {
            Some(step) => step.objects.push(task.object),
            None => steps.push(Step { phase: task.phase, wave: task.wave, objects: vec![task.object] }),
        }
    }
    steps
}
