//! Helm: charts, releases, the values that a release gives a chart, and the grammar of paths into them.
//!
//! Owns what Helm does with values before any template sees them; templates are run by Helm itself, where it is allowed to. Must not know Flux or Argo CD.

mod archive;
mod chart;
mod coalesce;
mod compose;
mod dependencies;
mod enable;
mod expected;
mod find;
mod import;
mod part;
mod program;
mod release;
mod remembered;
mod render;
mod set_path;
mod set_value;
mod stand_in;
mod validate;
mod values_file;
mod version;

pub use archive::{ArchiveError, MAX_CHART_FILE_BYTES};
pub use chart::{CHART_FILE, Chart, ChartError, Dependency, ImportValues, Metadata, NumberOf, ValuesSchema};
pub use compose::{ComposeError, ComposedPart, ComposedValues, compose};
pub use expected::{Expected, expected};
pub use find::{ADDED_CHARTS, ArchiveStore, Charts, NoChart, added_charts};
pub use program::Program;
pub use release::{ChartSource, ChartValuesFiles, Release};
pub use remembered::Remembered;
pub use render::{ChartContent, Printed, RenderError, Renderer, render};
pub use set_path::{SetPath, SetPathError, SetStep};
pub use set_value::{Assignment, SetError, Typing, assign, merge_values, parse_set, typed};
pub use validate::{Validation, ValuesFault, validate};
pub use values_file::{ValuesError, as_helm_reads, read_values};
pub use version::{Version, VersionRange};
