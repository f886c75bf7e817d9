use law::codes::{self, CitizenId, CreditCode};
use proptest::prelude::*;

#[test]
fn the_vectors_of_check_digits_agree() {
    let mut rows = 0;
    for line in include_str!("../data/check_digit_vectors.csv").lines().skip(1) {
        let fields: Vec<&str> = line.splitn(4, ',').collect();
        let answer = codes::check(fields[0], fields[1]);
        assert_eq!(answer.is_ok(), fields[2] == "1", "{line}: {answer:?}");
        rows += 1;
    }
    assert_eq!(rows, 18);
}

const CREDIT: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

proptest! {
    /// Weights prime to 31 and values below 31: no single wrong sign can pass.
    #[test]
    fn one_wrong_sign_in_a_credit_code_never_passes(at in 0..18_usize, other in 0..31_usize) {
        let good = "91440600714701386D";
        let mut signs: Vec<char> = good.chars().collect();
        let replaced = CREDIT.chars().nth(other).unwrap();
        prop_assume!(signs[at] != replaced);
        signs[at] = replaced;
        prop_assert!(CreditCode::parse(&signs.iter().collect::<String>()).is_err());
    }

    #[test]
    fn one_wrong_digit_in_a_citizen_number_never_passes(at in 0..18_usize, digit in 0..10_u32) {
        let good = "11010519491231002X";
        let mut signs: Vec<char> = good.chars().collect();
        let replaced = char::from_digit(digit, 10).unwrap();
        prop_assume!(signs[at] != replaced);
        signs[at] = replaced;
        prop_assert!(CitizenId::parse(&signs.iter().collect::<String>()).is_err());
    }

    #[test]
    fn no_text_breaks_a_parser(kind in 0..codes::KINDS.len(), value in "\\PC{0,40}") {
        let _ = codes::check(codes::KINDS[kind].0, &value);
    }

    #[test]
    fn normalising_twice_changes_nothing(typed in "\\PC{0,30}") {
        let once = codes::normalise(&typed);
        prop_assert_eq!(codes::normalise(&once), once);
    }
}
