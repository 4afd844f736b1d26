// Pins: an answer that a server does not compute the same. The vectors are the examples of RFC 7616 §3.9 (with erratum 4897), RFC 2617 §3.5 and
// RFC 2069 §2.4 (with erratum 749).
import { expect, test } from "vitest";
import { readChallenges, readParams } from "../../../src/scheme/digest/challenges.ts";
import { digestOf, digestResponse } from "../../../src/scheme/digest/digest-response.ts";

const mufasa = {
  username: "Mufasa",
  password: "Circle of Life",
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
  nc: "00000001",
  qop: "auth" as const,
  method: "GET",
  uri: "/dir/index.html",
};
const scar = {
  ...mufasa,
  password: "Circle Of Life",
  realm: "testrealm@host.com",
  nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
  cnonce: "0a4f113b",
  algorithm: "MD5",
};

test("the examples of the standards come out as they stand there", () => {
  expect(digestResponse({ ...mufasa, algorithm: "MD5" })).toBe("8ca523f5e9506fed4657c9700eebdbec");
  expect(digestResponse({ ...mufasa, algorithm: "SHA-256" })).toBe(
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  );
  expect(digestResponse(scar)).toBe("6629fae49393a05397450978507c4ef1");
  expect(digestResponse({ ...scar, password: "CircleOfLife", qop: undefined })).toBe("1949323746fe6a43ef61f9606e7febea");
});

test("a name that is hidden and not ASCII comes out as in the standard", () => {
  const realm = "api@example.org";
  expect(digestOf("SHA-512-256")?.(`Jäsøn Doe:${realm}`)).toBe(
    "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b",
  );
  const response = digestResponse({
    algorithm: "SHA-512-256",
    username: "Jäsøn Doe",
    password: "Secret, or not?",
    realm,
    nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
    cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
    nc: "00000001",
    qop: "auth",
    method: "GET",
    uri: "/doe.json",
  });
  expect(response).toBe("3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
});

test("challenges are told apart, whatever stands between them", () => {
  const header =
    'Newauth realm="apps, \\"all\\"", type=1, title="Login", Digest realm="r", qop="auth,auth-int" , nonce=abc,, Negotiate a87421=, Basic realm="b"';
  expect(readChallenges(header)).toEqual([
    { scheme: "newauth", params: { realm: 'apps, "all"', type: "1", title: "Login" } },
    { scheme: "digest", params: { realm: "r", qop: "auth,auth-int", nonce: "abc" } },
    { scheme: "negotiate", params: {} },
    { scheme: "basic", params: { realm: "b" } },
  ]);
  expect(readChallenges("Negotiate, Digest nonce=x")).toEqual([
    { scheme: "negotiate", params: {} },
    { scheme: "digest", params: { nonce: "x" } },
  ]);
  expect(readChallenges("")).toEqual([]);
  expect(readParams('nextnonce="n", rspauth="6"').params).toEqual({ nextnonce: "n", rspauth: "6" });
});
