//! Pictures of invented papers and of a shop that exists nowhere, for the materials of demo cases.

use cases::case::Material;
use web::App;

/// A picture kept in `files`, and the material or check it stands for.
pub struct Picture {
    pub slot: String,
    pub name: &'static str,
    pub digest: String,
    pub bytes: i64,
    upload: bool,
}

macro_rules! picture {
    ($file:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/pictures/", $file)).as_slice()
    };
}

/// What it stands for, its file name, whether applicants upload it, the bytes.
const PICTURES: [(&str, &str, bool, &[u8]); 7] = [
    ("business_licence", "营业执照.jpg", true, picture!("business_licence.jpg")),
    ("principal_id_card", "身份证国徽面.jpg", true, picture!("id_front.jpg")),
    ("principal_id_card", "身份证人像面.jpg", true, picture!("id_back.jpg")),
    ("premises_proof", "租赁合同.jpg", true, picture!("lease.jpg")),
    ("address", "门头.jpg", false, picture!("front.jpg")),
    ("premises", "店内.jpg", false, picture!("inside.jpg")),
    ("apart", "独立通道.jpg", false, picture!("passage.jpg")),
];

/// Puts the pictures into `files`; the same bytes are kept once however often this runs.
pub async fn keep(app: &App) -> anyhow::Result<Vec<Picture>> {
    let mut kept = vec![];
    for (slot, name, upload, bytes) in PICTURES {
        let stored = app.files().put_bytes(bytes).await?;
        let bytes = bytes.len() as i64;
        kept.push(Picture { slot: slot.to_owned(), name, digest: stored.digest, bytes, upload });
    }
    Ok(kept)
}

impl Picture {
    /// As a material of an application; photos taken by inspectors are none.
    pub fn as_material(&self, app: &App) -> Option<Material> {
        self.upload.then(|| Material {
            id: app.new_id(),
            slot: self.slot.clone(),
            name: self.name.to_owned(),
            digest: self.digest.clone(),
            bytes: self.bytes,
            kind: "image/jpeg".to_owned(),
            round: 0,
            added_at: app.now().as_microsecond(),
        })
    }
}
