//! Argo CD. Clusters and repositories are found by their URL, not by a name, so they are not here.
//!
//! Must not know other projects.

use super::{
    super::reference::{Field, Key, Place, Table, To},
    CONFIG_MAP, SECRET,
};
use crate::argo::GROUP;

const KEY: Key = Key::Field("key");

pub(super) const APPLICATIONS: Table = Table {
    title: "Applications",
    places: &[
        Place { group: GROUP, kinds: &["Application"], at: "spec" },
        Place { group: GROUP, kinds: &["ApplicationSet"], at: "spec.template.spec" },
    ],
    fields: &[Field::new("project", To::Kind(GROUP, "AppProject"), "")],
};

pub(super) const GENERATORS: Table = Table {
    title: "Generators of ApplicationSets",
    places: &[Place { group: GROUP, kinds: &["ApplicationSet"], at: "spec.generators[]" }],
    fields: &[
        Field::new("plugin.configMapRef", CONFIG_MAP, "name"),
        Field::new("pullRequest.github.tokenRef", SECRET, "secretName").key(KEY),
        Field::new("pullRequest.gitlab.tokenRef", SECRET, "secretName").key(KEY),
        Field::new("scmProvider.github.tokenRef", SECRET, "secretName").key(KEY),
        Field::new("scmProvider.gitlab.tokenRef", SECRET, "secretName").key(KEY),
    ],
};
