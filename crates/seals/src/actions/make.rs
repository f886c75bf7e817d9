//! Making an approved seal: its picture, the bureau's certificate as the only holder, and the maker's signature.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use db::counter;
use guomi::seal::{Holders, MAX_PICTURE, Picture, Policy, Seal, SealOrder, make_seal, verify_seal};
use papers::{SealFace, SealPicture};
use web::App;

use super::steps::moved;
use super::{By, off_thread};
use crate::record::Record;
use crate::state::Step;
use crate::{Fault, KeyFault, SealKeys, SealKind, store};

/// What the seal looks like.
#[derive(Clone, Debug)]
pub enum Face {
    /// Drawn with the name of the organ.
    Drawn { organ: String },
    /// The picture of a seal that the office has already: a square PNG.
    Given { png: Vec<u8> },
    /// A picture that was drawn before.
    Ready(SealPicture),
}

/// Makes the seal that was seen at `version`. Nobody can use it before it is handed out.
pub async fn make(
    app: &App,
    keys: &Arc<SealKeys>,
    by: &By,
    (bureau, id): (&str, &str),
    version: Option<i64>,
    face: Face,
) -> Result<Record, Fault> {
    let seal = store::by_id(&mut app.db.clone(), bureau, id).await?.ok_or(Fault::Unknown)?;
    if version.is_some_and(|version| version != seal.version) {
        return Err(Fault::Moved);
    }
    // Before anything is signed: a seal made twice would be two seals under one number.
    seal.state.clone().take(Step::Make)?;
    let picture = picture(app, &seal, face).await?;
    let made = signed(keys, &seal, by, picture).await?;

    let mut tx = app.db.begin().await?;
    counter::raise_to(&mut tx, bureau, &format!("seal-use:{id}"), 0).await?;
    let body = STANDARD.encode(&made.raw);
    let seal = moved(&mut tx, seal, by, Step::Make, Some(&body)).await?;
    tx.commit().await?;
    Ok(seal)
}

async fn picture(app: &App, seal: &Record, face: Face) -> Result<SealPicture, Fault> {
    match face {
        Face::Ready(picture) => Ok(picture),
        Face::Given { png } => given(png),
        Face::Drawn { organ } => {
            let purpose = (seal.kind != SealKind::Official).then(|| seal.kind.says().to_owned());
            let (typesetter, face) = (app.typesetter(), SealFace { organ, purpose });
            crate::sealer::off_thread(move || Ok(typesetter.seal_picture(&face)?)).await
        }
    }
}

/// Round seals of bureaus measure 42 mm (国发〔1999〕25号).
const SIDE: i64 = 42;
/// Smaller is a blot on paper; larger fills every sealed document.
const PIXELS: std::ops::RangeInclusive<u32> = 200..=2_000;

fn given(png: Vec<u8>) -> Result<SealPicture, Fault> {
    let refuse = |says: &str, next| Err(Fault::Typed { says: says.to_owned(), next });
    if png.len() > MAX_PICTURE {
        return refuse("印章图像超过512 KB，没有收下", "请把图像缩小到1000×1000像素以内，另存为PNG后再上传");
    }
    let Some((width, height)) = size_of(&png) else {
        return refuse("印章图像不是PNG，没有收下", "请另存为背景透明的PNG图像后再上传");
    };
    if !PIXELS.contains(&width) || !PIXELS.contains(&height) {
        return refuse("印章图像的宽和高应为200至2000像素，没有收下", "请调整图像大小后再上传");
    }
    if width.abs_diff(height) * 20 > width {
        return refuse("印章图像不是正方形，没有收下", "请裁成正方形，印章居中、四周不留空白，再上传");
    }
    Ok(SealPicture { png, width: SIDE, height: SIDE })
}

/// Width and height in the head of a PNG whose chunks are whole (PNG, third edition, 5.2 and 11.2.1).
fn size_of(png: &[u8]) -> Option<(u32, u32)> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let head = rest.get(8..24)?;
    if rest.get(4..8)? != b"IHDR" {
        return None;
    }
    let number =
        |at: usize| head.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
    let size = (number(0)?, number(4)?);
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let kind = rest.get(4..8)?;
        let is_end = kind == b"IEND";
        rest = rest.get(length.checked_add(12)?..)?;
        if is_end {
            return rest.is_empty().then_some(size);
        }
    }
}

/// The SESeal, signed by the maker and looked over as any verifier would.
async fn signed(keys: &Arc<SealKeys>, seal: &Record, by: &By, picture: SealPicture) -> Result<Seal, Fault> {
    let (keys, now, bureau) = (keys.clone(), by.at, seal.bureau.clone());
    let order = |cert: &[u8]| SealOrder {
        id: seal.id.clone(),
        kind: 1,
        name: seal.name.clone(),
        holders: Holders::Certs(vec![cert.to_vec()]),
        created: now,
        valid_from: seal.valid_from,
        valid_to: seal.valid_to,
        picture: Picture {
            format: "png".into(),
            data: picture.png,
            width: picture.width,
            height: picture.height,
        },
    };
    let (held, maker, trust) =
        off_thread(move || Ok::<_, KeyFault>((keys.signer(&bureau, now)?, keys.maker(now)?, keys.trust()?)))
            .await?;
    if seal.valid_to > held.cert.not_after() {
        return Err(Fault::Typed {
            says: format!(
                "印章有效期至{}，晚于签章证书的到期时间{}",
                web::text::minute(seal.valid_to),
                web::text::minute(held.cert.not_after())
            ),
            next: "请销毁这份申请，缩短有效期后重新申请，或者先请系统管理员换发证书",
        });
    }
    let made = make_seal(maker.signer(), &order(held.cert.der()))?;
    // A seal whose validity begins later is sound, too: it is looked over as of its first second.
    let policy = Policy { trust: &trust, now: now.max(seal.valid_from) };
    let report = verify_seal(&made.raw, &policy);
    match report.verdict {
        guomi::seal::Verdict::Valid => Ok(made),
        _ => {
            let words: Vec<String> = report.steps.into_iter().map(|step| step.words).collect();
            Err(Fault::Package(format!("制作的印章没有通过检查：{}", words.join("；"))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_square_png_of_fair_size_becomes_a_seal() {
        let png = crate::tests::png(300, 300);
        assert!(given(png.clone()).is_ok());
        let says = |png: Vec<u8>| match given(png) {
            Err(Fault::Typed { says, .. }) => says,
            other => panic!("{other:?}"),
        };
        assert!(says(vec![0; 30 << 20]).contains("512 KB"));
        assert!(says(b"GIF89a".to_vec()).contains("不是PNG"));
        assert!(says(png[..png.len() - 5].to_vec()).contains("不是PNG"));
        assert!(says([png.as_slice(), b"<script>"].concat()).contains("不是PNG"));
        assert!(says(crate::tests::png(4000, 4000)).contains("像素"));
        assert!(says(crate::tests::png(400, 300)).contains("正方形"));
        assert!(says(Vec::new()).contains("不是PNG"));
    }
}
