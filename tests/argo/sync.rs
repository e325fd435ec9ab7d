//! The order of a sync, from annotations alone.

use std::sync::Arc;

use treewright::{
    argo::sync::{DeletePolicy, Phase, placement, prune_steps, steps},
    manifest::{ObjectId, RenderedObject},
    path::RepoPath,
};

use super::yaml;

fn object(text: &str) -> RenderedObject {
    let value = yaml(text);
    let id = ObjectId::of_value(&value).expect("an object");
    RenderedObject { id, value: Arc::new(value), path: RepoPath::root(), name_before_hash: None }
}

/// An object of the core group or of a group, with annotations.
fn with(kind: &str, name: &str, annotations: &str) -> RenderedObject {
    object(&format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}, annotations: {{{annotations}}}}}}}"))
}

/// The steps in words: `PreSync 0: Job/a Job/b`.
fn told(objects: &[RenderedObject], steps: Vec<treewright::argo::sync::Step>) -> Vec<String> {
    let name = |index: usize| format!(" {}/{}", objects[index].id.kind, objects[index].id.name);
    let step = |step: treewright::argo::sync::Step| {
        let names: String = step.objects.into_iter().map(name).collect();
        format!("{} {}:{names}", step.phase.as_str(), step.wave)
    };
    steps.into_iter().map(step).collect()
}

const HOOK: &str = "argocd.argoproj.io/hook";
const WAVE: &str = "argocd.argoproj.io/sync-wave";

#[test]
fn phase_then_wave_then_kind_then_name() {
    let objects = [
        with("Ingress", "a", ""),
        with("Thing", "a", ""),
        with("Deployment", "b", ""),
        with("Deployment", "a", ""),
        with("Secret", "z", ""),
        with("Job", "after", &format!("{HOOK}: PostSync")),
        with("Job", "before", &format!("{HOOK}: PreSync")),
        with("ConfigMap", "late", &format!("{WAVE}: '5'")),
        with("ConfigMap", "early", &format!("{WAVE}: '-1'")),
        with("Job", "failed", &format!("{HOOK}: SyncFail")),
        with("Job", "skipped", &format!("{HOOK}: Skip")),
        with("Job", "both", &format!("{HOOK}: 'PreSync,PostSync', {WAVE}: '2'")),
    ];
    let expected = [
        "PreSync 0: Job/before",
        "PreSync 2: Job/both",
        "Sync -1: ConfigMap/early",
        "Sync 0: Secret/z Deployment/a Deployment/b Ingress/a Thing/a",
        "Sync 5: ConfigMap/late",
        "PostSync 0: Job/after",
        "PostSync 2: Job/both",
        "SyncFail 0: Job/failed",
    ];
    assert_eq!(told(&objects, steps(&objects)), expected);
    let pruned = [
        "Sync 5: ConfigMap/late",
        "Sync 0: Thing/a Ingress/a Deployment/b Deployment/a Secret/z",
        "Sync -1: ConfigMap/early",
    ];
    assert_eq!(told(&objects, prune_steps(&objects)), pruned);
}

#[test]
fn kinds_come_in_the_order_of_gitops_engine() {
    let kinds = [
        "APIService",
        "Role",
        "CustomResourceDefinition",
        "ConfigMap",
        "ServiceAccount",
        "NetworkPolicy",
        "Namespace",
        "Pod",
        "Service",
        "Job",
    ];
    let objects: Vec<RenderedObject> = kinds.iter().map(|kind| with(kind, "x", "")).collect();
    let expected = "Sync 0: Namespace/x NetworkPolicy/x ServiceAccount/x ConfigMap/x CustomResourceDefinition/x Role/x Service/x Pod/x Job/x APIService/x";
    assert_eq!(told(&objects, steps(&objects)), [expected]);
}

#[test]
fn helm_hooks_become_argo_hooks() {
    let phases = |annotations: &str| placement(&with("Job", "a", annotations).value).phases;
    assert_eq!(phases("helm.sh/hook: 'pre-install,pre-upgrade'"), [Phase::PreSync]);
    assert_eq!(phases("helm.sh/hook: post-upgrade"), [Phase::PostSync]);
    assert_eq!(phases("helm.sh/hook: post-delete"), [Phase::PostDelete]);
    assert_eq!(phases("helm.sh/hook: crd-install"), [Phase::Sync]);
    // Hooks that Argo CD has no phase for are never applied.
    assert_eq!(phases("helm.sh/hook: test"), []);
    assert_eq!(phases(&format!("helm.sh/hook: pre-install, {HOOK}: PostSync")), [Phase::PostSync]);
    let weighted = with("Job", "a", "helm.sh/hook: pre-install, helm.sh/hook-weight: '-3'");
    assert_eq!(placement(&weighted.value).wave, -3);
    let both = with("Job", "a", &format!("helm.sh/hook-weight: '-3', {WAVE}: '4'"));
    assert_eq!(placement(&both.value).wave, 4);
}

#[test]
fn hooks_are_deleted_as_they_say() {
    let policies = |annotations: &str| placement(&with("Job", "a", annotations).value).delete_policies;
    assert_eq!(policies(""), []);
    assert_eq!(policies(&format!("{HOOK}: Sync")), [DeletePolicy::BeforeHookCreation]);
    let succeeded = format!("{HOOK}: Sync, argocd.argoproj.io/hook-delete-policy: 'HookSucceeded, HookFailed'");
    assert_eq!(policies(&succeeded), [DeletePolicy::HookSucceeded, DeletePolicy::HookFailed]);
    assert_eq!(
        policies("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded"),
        [DeletePolicy::HookSucceeded]
    );
}

#[test]
fn what_others_need_comes_before_them() {
    let objects = [
        object(
            "{apiVersion: v1, kind: Namespace, metadata: {name: team, annotations: {argocd.argoproj.io/sync-wave: '3'}}}",
        ),
        object(
            "{apiVersion: batch/v1, kind: Job, metadata: {name: first, namespace: team, annotations: {argocd.argoproj.io/hook: PreSync}}}",
        ),
        object(
            "{apiVersion: example.org/v1, kind: Thing, metadata: {name: it, annotations: {argocd.argoproj.io/sync-wave: '1'}}}",
        ),
        object(
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things, annotations: {argocd.argoproj.io/sync-wave: '2'}}, \
             spec: {group: example.org, names: {kind: Thing}}}",
        ),
    ];
    let expected = ["PreSync 0: Namespace/team Job/first", "Sync 1: CustomResourceDefinition/things Thing/it"];
    assert_eq!(told(&objects, steps(&objects)), expected);
}
