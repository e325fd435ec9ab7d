//! What has to be known about an engine, whatever the blueprint: asked under `gitops`, like the parameters of a component.
//!
//! Must not know what is done with the answers.

use std::sync::LazyLock;

use super::{
    Blueprint, Folder,
    manifest::{Engine, Id, Use},
};
use crate::{path::RepoPath, text::Span};

/// The name of the parameter.
pub(super) const NAME: &str = "gitops";

static FLUX: LazyLock<Option<(Use, Blueprint)>> = LazyLock::new(|| read(include_str!("flux.yaml")));
static ARGO_CD: LazyLock<Option<(Use, Blueprint)>> = LazyLock::new(|| read(include_str!("argocd.yaml")));

/// The component that asks about an engine. It is part of the binary, so it is always there.
pub(super) fn component(engine: Engine) -> Option<(&'static Use, &'static Blueprint)> {
    let component = match engine {
        Engine::Flux => &*FLUX,
        Engine::ArgoCd => &*ARGO_CD,
    };
    component.as_ref().map(|(used, blueprint)| (used, blueprint))
}

fn read(text: &str) -> Option<(Use, Blueprint)> {
    let path = RepoPath::new("blueprint.yaml").ok()?;
    let folder = Folder::new(RepoPath::new(NAME).ok()?, [(path, text.as_bytes().to_vec())]);
    let blueprint = Blueprint::read_with(folder, &|_| Ok(None)).ok()?;
    let id = Id { name: NAME.to_owned(), span: Span::at(0) };
    let used = Use {
        component: id.clone(),
        alias: id,
        title: None,
        with: Vec::new(),
        defaults: Vec::new(),
        bind: Vec::new(),
        when: None,
        stage: None,
    };
    Some((used, blueprint))
}
