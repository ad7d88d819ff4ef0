import { expect, it } from "vitest";
import { pemBytes, verifyDetached } from "./cms";

// Made once for this test, and the keys thrown away:
//   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout one.key -out one.pem
//     -days 36500 -subj /CN=one            (two.pem alike; sm2.pem of `openssl ecparam -name SM2 -genkey`)
//   openssl cms -sign -binary -in text -signer one.pem -inkey one.key -outform PEM -md sha256
const TEXT = "a head of the tests\n";
const SIGNATURE = `-----BEGIN CMS-----
MIICqwYJKoZIhvcNAQcCoIICnDCCApgCAQExDTALBglghkgBZQMEAgEwCwYJKoZI
hvcNAQcBoIIBdzCCAXMwggEZoAMCAQICFENi8cjx9j6OxHIPQ7j+nHPBaqkRMAoG
CCqGSM49BAMCMA4xDDAKBgNVBAMMA29uZTAgFw0yNjExMjMwMTI3NTZaGA8yMTI2
MTAzMDAxMjc1NlowDjEMMAoGA1UEAwwDb25lMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAE7amdq8jOuRo3Nd2huQBbk9CjKPgBVCmJmJkthUZ60vY1+d3h6sZagZ3l
A/RabNnqpVRv2bpg9L6tsjNAYnt8DKNTMFEwHQYDVR0OBBYEFKq6HMZb5tJ9pqLQ
bp7GAFG2pKT6MB8GA1UdIwQYMBaAFKq6HMZb5tJ9pqLQbp7GAFG2pKT6MA8GA1Ud
EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgO4I6mKgow1+ctUoFJMhG57LQ
y/mY3+Ut5504J44LGOYCIQCC9r3QYNMal7yXHjQJ0sV1FAD8Hvpx5gaAJcg9WKZJ
6zGB+zCB+AIBATAmMA4xDDAKBgNVBAMMA29uZQIUQ2LxyPH2Po7Ecg9DuP6cc8Fq
qREwCwYJYIZIAWUDBAIBoGkwGAYJKoZIhvcNAQkDMQsGCSqGSIb3DQEHATAcBgkq
hkiG9w0BCQUxDxcNMjYxMTIzMDEyNzU2WjAvBgkqhkiG9w0BCQQxIgQgwcjC//vC
POO9Il1z6eHRgzGwYce1JPNrBFaI16m/TqYwCgYIKoZIzj0EAwIERzBFAiAEH7Yn
z6qYESZugGs/GSqGBrq91yzva+AWIH1TK83e/gIhAONP66qze+kmSgiI/pQOBEa3
7verPvBUGkGYx8D5cj7W
-----END CMS-----`;
const ONE = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUQ2LxyPH2Po7Ecg9DuP6cc8FqqREwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDb25lMCAXDTI2MTEyMzAxMjc1NloYDzIxMjYxMDMwMDEyNzU2
WjAOMQwwCgYDVQQDDANvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATtqZ2r
yM65Gjc13aG5AFuT0KMo+AFUKYmYmS2FRnrS9jX53eHqxlqBneUD9Fps2eqlVG/Z
umD0vq2yM0Bie3wMo1MwUTAdBgNVHQ4EFgQUqrocxlvm0n2motBunsYAUbakpPow
HwYDVR0jBBgwFoAUqrocxlvm0n2motBunsYAUbakpPowDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiA7gjqYqCjDX5y1SgUkyEbnstDL+Zjf5S3nnTgn
jgsY5gIhAIL2vdBg0xqXvJceNAnSxXUUAPwe+nHmBoAlyD1Ypknr
-----END CERTIFICATE-----`;
const TWO = `-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIURaBGMZh7mPriZ/7A4X2Fu1iBKs4wCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDdHdvMCAXDTI2MTEyMzAxMjc1NloYDzIxMjYxMDMwMDEyNzU2
WjAOMQwwCgYDVQQDDAN0d28wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATSFArB
LKn/3UXdxmhHFK/EQHvi2C9B78X9nwX3+dLJ/SmoznmpLYYYb+rKPeg+PyRxCcf5
R77E1KOjU/p8IxM+o1MwUTAdBgNVHQ4EFgQU2148KvUO+IayK830eNh70hb01CQw
HwYDVR0jBBgwFoAU2148KvUO+IayK830eNh70hb01CQwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNHADBEAiAwnt79wNR0f5ss54/+FoGgRcx4osalFxht0Nyr
zrlbwAIgfF/C0bsPHX0pHuXCkGHFkAao0HBj1V7gEpKZ8CU+wxw=
-----END CERTIFICATE-----`;
const SM2 = `-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUKYtbIQ60ofyXmfiNxZqn+irFuxowCgYIKoEcz1UBg3Uw
DjEMMAoGA1UEAwwDc20yMCAXDTI2MTEyMzAxMjc1NloYDzIxMjYxMDMwMDEyNzU2
WjAOMQwwCgYDVQQDDANzbTIwWTATBgcqhkjOPQIBBggqgRzPVQGCLQNCAARmMMjl
yVBMWpLiXI4ozgvuTl2qmddwHHJ6DFpd42/JwYt6IXCLbTz2twXFZoa2qh1lfagr
l7C3Sr7I6QZor5Bwo1MwUTAdBgNVHQ4EFgQU0Vi9QA2AQjAmGchvn7ffgsTpO+Mw
HwYDVR0jBBgwFoAU0Vi9QA2AQjAmGchvn7ffgsTpO+MwDwYDVR0TAQH/BAUwAwEB
/zAKBggqgRzPVQGDdQNIADBFAiEAk4MLlQaupnBXJy8lJlF6jyXu1lQ8Qipulx4x
hOLHDdECIFYVbOm39qe3pph6bc9Hh86LNDwq+xl3frJsyAnh298b
-----END CERTIFICATE-----`;

const pem = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const changed = (of: string, at: number) => {
  const bytes = pemBytes(of);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return pem(bytes);
};
const find = (of: string, start: number[]) => {
  const bytes = pemBytes(of);
  return bytes.findIndex((_, i) => start.every((b, j) => bytes[i + j] === b));
};
/** What is said of each of them, once. */
const verdicts = async (all: Promise<string>[]) => [...new Set(await Promise.all(all))];
const range = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, i) => from + i);

it("a signature of openssl is valid", async () => {
  expect(await verifyDetached(TEXT, SIGNATURE, ONE)).toBe("valid");
});

it("another text is not what was signed", async () => {
  const texts = range(0, TEXT.length).map(
    (i) => `${TEXT.slice(0, i)}${TEXT[i] === "x" ? "y" : "x"}${TEXT.slice(i + 1)}`,
  );
  const all = [...texts, "", `${TEXT}\n`].map((text) => verifyDetached(text, SIGNATURE, ONE));
  expect(await verdicts(all)).toEqual(["invalid"]);
});

it("no byte of what is signed or of the signature's value may differ", async () => {
  const length = pemBytes(SIGNATURE).length;
  const attributes = find(SIGNATURE, [0xa0, 0x69, 0x30]);
  const value = find(SIGNATURE, [0x04, 0x47, 0x30, 0x45, 0x02, 0x20]);
  expect(value + 2 + 0x47).toBe(length);
  const places = [...range(attributes, attributes + 2 + 0x69), ...range(value, length)];
  const all = places.map((at) => verifyDetached(TEXT, changed(SIGNATURE, at), ONE));
  expect(await verdicts(all)).toEqual(["invalid"]);
});

it("no byte of the key may differ, and another key signed nothing", async () => {
  // The point: a form and two numbers, after the number of unused bits.
  const point = find(ONE, [0x03, 0x42, 0x00, 0x04]) + 3;
  const all = range(point, point + 65).map((at) =>
    verifyDetached(TEXT, SIGNATURE, changed(ONE, at)),
  );
  expect(await verdicts(all)).toEqual(["invalid"]);
  expect(await verifyDetached(TEXT, SIGNATURE, TWO)).toBe("invalid");
});

it("what ends early or is something else is invalid, not an accident", async () => {
  const signature = pemBytes(SIGNATURE);
  const cut = range(0, signature.length).map((n) =>
    verifyDetached(TEXT, pem(signature.slice(0, n)), ONE),
  );
  const point = find(ONE, [0x03, 0x42, 0x00, 0x04]);
  const certificate = pemBytes(ONE);
  const short = range(0, point + 68).map((n) =>
    verifyDetached(TEXT, SIGNATURE, pem(certificate.slice(0, n))),
  );
  const other = ["", "not base64 !", ONE].map((text) => verifyDetached(TEXT, text, ONE));
  expect(await verdicts([...cut, ...short, ...other])).toEqual(["invalid"]);
});

it("says plainly that SM2 is not checked in a browser", async () => {
  expect(await verifyDetached(TEXT, SIGNATURE, SM2)).toBe("unsupported");
});
