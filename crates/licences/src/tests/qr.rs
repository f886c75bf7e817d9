use jiff::civil::date;

use super::voucher::{BUREAU, Town, at, sealed_at};
use super::{granted, keys};
use crate::qr::{Claims, QrFault, Scanned, address, scan, verify};
use crate::statement::StatementFault;

const BASE: &str = "https://yancao.zhengwu.example.gov.cn";

pub(super) fn claims() -> Claims {
    let granted = granted(1);
    Claims {
        number: "990101100001".into(),
        valid_from: date(2026, 11, 23),
        valid_to: date(2031, 11, 22),
        holder: papers::chinese::mask_name(&granted.person_name),
        shop: granted.shop_name,
        address: granted.address,
        credit_code: granted.credit_code,
        scope: granted.scope,
        bureau: BUREAU.into(),
        edition: 1,
        status_index: 5,
        issued_at: sealed_at(),
    }
}

fn modules(address: &str) -> usize {
    papers::qr::matrix(address).unwrap().size
}

fn read(text: &str, town: &Town) -> Result<Claims, QrFault> {
    verify(&scan(text)?, &town.signatories(), &town.trust, at("2026-11-23T01:00:00Z"))
}

#[test]
fn a_code_says_without_a_network_what_the_licence_says() {
    let town = Town::new();
    let address = address(&town, &keys(), BASE, &claims()).unwrap();
    assert!(address.starts_with(&format!("{BASE}/v/990101100001?c=")), "{address}");
    assert_eq!(read(&address, &town), Ok(claims()));
    // Only the part behind the sign, as some scanners give it.
    let (_, fragment) = address.split_once('#').unwrap();
    assert_eq!(read(fragment, &town), Ok(claims()));
    assert_eq!(read(&format!("  {address}\n"), &town), Ok(claims()));
}

/// Version n has 17 + 4n modules: a common licence takes version 15, no licence more than 16.
#[test]
fn a_code_stays_readable_however_long_the_names_are() {
    let town = Town::new();
    let common = address(&town, &keys(), BASE, &claims()).unwrap();
    assert!(modules(&common) <= 17 + 4 * 15, "{} modules for {} bytes", modules(&common), common.len());

    let long = Claims {
        shop: "城中区桥城街道解放路社区𬭎记烟酒茶叶日用百货便民服务连锁超市有限责任公司第三百六十五分店".into(),
        address: "演示省演示市城中区桥城街道解放路社区居民委员会民族团结进步示范小区一期工程第12号楼2单元1层商业用房B-108号".into(),
        holder: "买***************".into(),
        ..claims()
    };
    let cut = address(&town, &keys(), BASE, &long).unwrap();
    assert_eq!(modules(&cut), 17 + 4 * 16, "{} bytes", cut.len());
    let said = read(&cut, &town).unwrap();
    assert!(said.address.ends_with('…') && long.address.starts_with(said.address.trim_end_matches('…')));
    assert!(said.shop.chars().count() > 15 && said.holder == long.holder);
    let worse = Claims {
        scope: "卷烟本店零售、雪茄烟本店零售、其他经批准的烟草制品本店零售".into(), ..long
    };
    assert!(modules(&address(&town, &keys(), BASE, &worse).unwrap()) <= 17 + 4 * 16);
}

/// Signs outside the first plane take four bytes; nothing is cut within one.
#[test]
fn rare_signs_and_odd_numbers_come_back_whole() {
    let town = Town::new();
    let rare = Claims {
        shop: "𬭎".repeat(60),
        address: "·𠮷".repeat(30),
        scope: String::new(),
        credit_code: String::new(),
        status_index: 7_999_999,
        edition: 999,
        valid_from: date(1969, 12, 31),
        ..claims()
    };
    let said = read(&address(&town, &keys(), BASE, &rare).unwrap(), &town).unwrap();
    assert!(said.shop.starts_with('𬭎') && said.shop.ends_with('…'));
    assert_eq!((said.valid_from, said.status_index, said.edition), (rare.valid_from, 7_999_999, 999));
}

#[test]
fn a_code_that_was_bent_is_found_out() {
    let (town, other) = (Town::new(), Town::named("县"));
    let address = address(&town, &keys(), BASE, &claims()).unwrap();
    let (open, fragment) = address.split_once('#').unwrap();
    let scanned = scan(&address).unwrap();
    for place in 0..scanned.statement.len() {
        let mut statement = scanned.statement.clone();
        statement[place] ^= 1;
        let bent = Scanned { statement, ..scanned.clone() };
        assert!(verify(&bent, &town.signatories(), &town.trust, sealed_at()).is_err(), "{place}");
    }
    // The fragment of one licence behind the address of another.
    let moved = format!("{}#{fragment}", open.replace("990101100001", "990101100002"));
    assert!(matches!(read(&moved, &town), Err(QrFault::NumbersDiffer { .. })));
    // Another town's code: its key was never published here.
    let foreign = super::qr::address_of(&other);
    assert!(matches!(read(&foreign, &town), Err(QrFault::Statement(StatementFault::UnknownKey(_)))));
    // Published, but without a root that we trust.
    let published = verify(&scan(&foreign).unwrap(), &other.signatories(), &town.trust, sealed_at());
    assert!(matches!(published, Err(QrFault::Statement(StatementFault::Cert(_)))));
    // A list of signatories that puts this bureau's certificate under another's name: the certificate says whose it is.
    let mut renamed = town.signatories();
    renamed.iter_mut().for_each(|signatory| signatory.bureau = "990102".into());
    let elsewhere = Claims { bureau: "990102".into(), ..claims() };
    let elsewhere = crate::qr::address(&town, &keys(), BASE, &elsewhere).unwrap();
    let posing = verify(&scan(&elsewhere).unwrap(), &renamed, &town.trust, sealed_at());
    assert!(matches!(posing, Err(QrFault::Statement(StatementFault::OtherBureau { .. }))), "{posing:?}");
    // Signed by one bureau in the name of another.
    let posing = Claims { bureau: "990102".into(), ..claims() };
    let posing = crate::qr::address(&town, &keys(), BASE, &posing).unwrap();
    assert!(matches!(read(&posing, &town), Err(QrFault::Statement(StatementFault::OtherBureau { .. }))));
    let early = verify(&scanned, &town.signatories(), &town.trust, at("2026-11-19T00:00:00Z"));
    assert_eq!(early, Err(StatementFault::Future.into()));
}

pub(super) fn address_of(town: &Town) -> String {
    address(town, &keys(), BASE, &claims()).unwrap()
}

#[test]
fn other_texts_are_no_codes_and_say_what_to_do() {
    let code = |text: &str| scan(text).unwrap_err().code();
    for text in ["", " ", "https://evil.example/x#abc", "微信支付", "#", &"a".repeat(4_000), "990101100001,x"]
    {
        assert!(["qr-not-ours"].contains(&code(text)), "{text}: {}", code(text));
    }
    assert_eq!(code(&keys().verify_url(BASE, "990101100001", None)), "qr-unsigned");
    assert_eq!(code(&format!("{}#", keys().verify_url(BASE, "990101100001", None))), "qr-unsigned");
    let town = Town::new();
    assert_eq!(read("AAAA", &town).unwrap_err().code(), "cose-malformed");
    assert!(!scan("x").unwrap_err().next().is_empty());
}
