use super::{long_head, plain_head, rare_head, remedies, words};
use crate::data::{Ending, Way};
use jiff::civil::date;

pub(crate) fn endings() -> Vec<Ending> {
    let plain = Ending {
        head: plain_head(),
        way: Way::Cancellation,
        licence_number: "990101100123".to_owned(),
        valid_from: date(2024, 3, 13),
        valid_to: date(2029, 3, 12),
        cause: Some("歇业".to_owned()),
        facts: words(&["2026年11月18日，你（单位）书面申请歇业，并交回许可证正本、副本。"]),
        under: words(&["《行政许可法》第七十条第六项"]),
        remedies: remedies(),
    };
    let revoked = |head| Ending {
        head,
        way: Way::Revocation,
        cause: None,
        facts: words(&["经查，你（单位）申请许可证时提交的房屋租赁合同系伪造，以欺骗手段取得行政许可。"]),
        under: words(&["《行政许可法》第六十九条第二款", "《行政许可法》第七十条第四项"]),
        ..plain.clone()
    };
    let of = |way: Way, head| Ending { way, cause: None, head, ..plain.clone() };
    let long = Ending {
        head: long_head(),
        facts: vec![
            "经核查，该经营场所已连续六个月以上没有经营，经公告期满仍未恢复。".repeat(10);
            4
        ],
        ..plain.clone()
    };
    let mut samples = vec![
        Ending { head: rare_head(), ..plain.clone() },
        long,
        revoked(plain_head()),
        revoked(rare_head()),
        of(Way::WithdrawalByBureau, plain_head()),
        of(Way::WithdrawalByBureau, long_head()),
        of(Way::Recall, plain_head()),
        of(Way::Recall, rare_head()),
        plain,
    ];
    for sample in &mut samples {
        sample.head.case_number = sample.licence_number.clone();
    }
    samples
}
