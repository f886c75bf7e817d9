//! The templates that ship with the program.

macro_rules! templates {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../../templates/papers/", $file)))),*]
    };
}

/// File name and text of each template.
pub(crate) const SHIPPED: &[(&str, &str)] = templates![
    "lib.typ",
    "acceptance.typ",
    "application-form.typ",
    "ending.typ",
    "extension.typ",
    "grant.typ",
    "handout.typ",
    "inspection-record.typ",
    "licence-duplicate.typ",
    "licence-face.typ",
    "licence-original.typ",
    "not-accepted.typ",
    "pause.typ",
    "receipt.typ",
    "refusal.typ",
    "seal.typ",
    "service-receipt.typ",
    "supplement.typ",
    "withdrawal.typ",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_template() {
        for kind in papers::ALL_KINDS {
            assert!(SHIPPED.iter().any(|(name, _)| *name == kind.template()), "{}", kind.template());
        }
    }
}
