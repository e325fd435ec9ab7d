//! `kustomize.buildOptions` of the ConfigMap `argocd-cm`: the arguments that Argo CD gives to `kustomize build`.
//!
//! From `parseKustomizeBuildOptions` in Argo CD's util/kustomize and the flags of kustomize. Must not know what is built.

use crate::{kustomize::LoadRestriction, manifest::ObjectId, yaml::Value};

/// What of the arguments changes objects. The others need programs, which builds here never run, or change the order alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// `--load-restrictor`: which files a kustomization may load. A session for Applications is made with it.
    pub restriction: LoadRestriction,
    /// `--enable-helm`: whether `helmCharts` are inflated; without it they are an error.
    pub enables_helm: bool,
}

impl BuildOptions {
    /// Reads them from an object; `None` if it is not `argocd-cm`. Without the key there are none.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        let is_settings = id.is("", "ConfigMap") && id.name == "argocd-cm";
        let text = || value.pointer(&["data", "kustomize.buildOptions"]).and_then(Value::as_str).unwrap_or_default();
        is_settings.then(|| Self::parse(text()))
    }

    /// Reads the arguments, which white space separates.
    pub fn parse(text: &str) -> Self {
        let mut options = Self::default();
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            let (flag, value) = word.split_once('=').map_or((word, None), |(flag, value)| (flag, Some(value)));
            match flag {
                // The second spelling is that of old versions.
                "--load-restrictor" | "--load_restrictor" => {
                    let value = value.or_else(|| words.next()).unwrap_or_default();
                    let is_off = matches!(value, "LoadRestrictionsNone" | "none");
                    options.restriction = if is_off { LoadRestriction::None } else { LoadRestriction::RootOnly };
                }
                "--enable-helm" => options.enables_helm = value.is_none_or(|value| value == "true"),
                _ => {}
            }
        }
        options
    }
}
