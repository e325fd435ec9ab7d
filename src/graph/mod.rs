//! How objects hang together: what refers to what, who makes a Secret or ConfigMap with which keys, and the whole way of a secret from its store to the chart.
//!
//! Owns the knowledge of which field of which kind refers to what. Must not know files or rules.

mod chart_values;
mod charts;
mod external_secret;
pub mod picture;
mod policy;
mod produced;
mod reference;
mod references;
mod store;
mod template;
mod template_gap;
mod trace;
mod wiring;
mod workload;

pub use charts::{ChartFacts, ChartKeys, ValueName, chart_facts, charts};
pub use picture::Picture;
pub use policy::{VaultNeeds, VaultPolicy, vault_needs};
pub use produced::{DataKind, Keys, Produced, Producers, produced};
pub use reference::{Field, Key, Place, Reference, Table, Target, To, reference_tables, references, references_of};
pub use store::{Store, Vault, VaultAuth, VaultPaths};
pub use template_gap::{TemplateGaps, external_secret_templates, template_gaps};
pub use trace::{Branch, NotFound, Query};
pub use wiring::{Break, ChartAt, Charts, Hop, Node, Wiring};
pub use workload::{PodTemplate, Selector, pod_template};
