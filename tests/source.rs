//! Source views.
