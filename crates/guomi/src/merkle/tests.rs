use super::*;

fn log(entries: u64) -> Log {
    let mut log = Log::new();
    for number in 0..entries {
        log.append(&number.to_be_bytes());
    }
    log
}

/// RFC 6962 §2.1 written down once more, without a library.
fn root_by_definition(leaves: &[sm3::Digest]) -> sm3::Digest {
    match leaves {
        [] => sm3::digest(b""),
        [leaf] => sm3::digest(&[&[0u8][..], leaf].concat()),
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            sm3::digest(&[&[1u8][..], &root_by_definition(left), &root_by_definition(right)].concat())
        }
    }
}

#[test]
fn the_root_is_the_one_of_the_definition() {
    for entries in 0..40u64 {
        let leaves: Vec<_> = (0..entries).map(|number| sm3::digest(&number.to_be_bytes())).collect();
        assert_eq!(log(entries).head(), Head { entries, root: root_by_definition(&leaves) }, "{entries}");
    }
}

#[test]
fn every_entry_of_every_small_log_is_included_and_no_other() {
    for entries in 1..20u64 {
        let log = log(entries);
        for place in 0..entries {
            let proof = log.prove_inclusion(place).unwrap();
            assert_eq!(log.head().includes(&place.to_be_bytes(), place, &proof), Ok(()));
            assert!(log.head().includes(&(place + 1).to_be_bytes(), place, &proof).is_err());
            assert!(
                entries == 1
                    || log.head().includes(&place.to_be_bytes(), (place + 1) % entries, &proof).is_err()
            );
            for byte in 0..proof.len() {
                let mut altered = proof.clone();
                altered[byte] ^= 1;
                assert!(log.head().includes(&place.to_be_bytes(), place, &altered).is_err());
            }
        }
        assert_eq!(log.prove_inclusion(entries), Err(LogFault::NoSuchEntry(entries)));
    }
}

#[test]
fn every_earlier_log_is_the_beginning() {
    let whole = log(20);
    for entries in 0..=20u64 {
        let proof = whole.prove_consistency(entries).unwrap();
        assert_eq!(whole.head().continues(&log(entries).head(), &proof), Ok(()), "{entries}");
    }
    assert_eq!(whole.prove_consistency(21), Err(LogFault::NoSuchEntry(21)));
}

#[test]
fn a_changed_past_is_found() {
    let honest = log(7);
    for changed in 0..7u64 {
        let mut forged = Log::new();
        for number in 0..20u64 {
            let entry = if number == changed { 999 } else { number };
            forged.append(&entry.to_be_bytes());
        }
        let proof = forged.prove_consistency(7).unwrap();
        assert_eq!(forged.head().continues(&honest.head(), &proof), Err(LogFault::Mismatch), "{changed}");
    }
}

#[test]
fn heads_and_proofs_from_outside_do_no_harm() {
    let head = Head { entries: u64::MAX, root: [0; 32] };
    assert_eq!(head.includes(b"", 0, &[0; 32]), Err(LogFault::Malformed));
    assert_eq!(head.continues(&head, &[]), Err(LogFault::Malformed));
    assert_eq!(log(3).head().includes(b"", 0, &[0; 31]), Err(LogFault::Malformed));
    assert_eq!(log(3).head().includes(b"", 3, &[]), Err(LogFault::NoSuchEntry(3)));
    assert_eq!(log(3).head().continues(&log(5).head(), &[]), Err(LogFault::Mismatch));
    assert_eq!(log(3).head().continues(&Head { entries: 0, root: [1; 32] }, &[]), Err(LogFault::Mismatch));
}
