//! Amounts of resources as Kubernetes writes them: `500m`, `1.5Gi`, `2e3`.
//!
//! From the documentation of `k8s.io/apimachinery/pkg/api/resource`. Must not know what is measured.

/// How much a quantity is; `None` if it is none. Near enough to compare two of them.
pub fn quantity(text: &str) -> Option<f64> {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        _ => return text.parse().ok().filter(|value: &f64| value.is_finite() && suffix.starts_with(['e', 'E'])),
    };
    Some(number.parse::<f64>().ok()? * scale)
}
