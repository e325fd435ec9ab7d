//! From a model to the files of one engine.
//!
//! Must not know manifests, nor where the files go.

pub(super) mod flux;
