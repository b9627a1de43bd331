/* SPDX-License-Identifier: MIT */
/* envelope.c — an envelope in a stranger's hands: refused, or the very text that was signed. */
#include "signature/envelope.h"

#include "fuzz/fuzz.h"
#include "signature/signed_data.h"

#include <string.h>

/* Made once with `openssl req -x509` and `openssl cms -sign`; nobody has the key any more. */
static const char text[] = "sekimori: 1\n";
static const char certificate[] = "-----BEGIN CERTIFICATE-----\n"
                                  "MIIBgjCCASigAwIBAgIUG4M365tXWqbnMNBj/ew6qPQnSPkwCgYIKoZIzj0EAwIw\n"
                                  "DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjIyMjQ4MTZaGA8yMTI2MTAyOTIyNDgx\n"
                                  "NlowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLeV\n"
                                  "aKwxoamG1cldpZyWVgqgDfIsgp3QKmYIDyK07jx6crVxraDVLrUTgtHieq5oFRBb\n"
                                  "y7EeCZpNxyE0/ZVkaJWjYDBeMB0GA1UdDgQWBBSugAMXcm4qOu4PtxuVs+iQ4zor\n"
                                  "jDAfBgNVHSMEGDAWgBSugAMXcm4qOu4PtxuVs+iQ4zorjDAPBgNVHRMBAf8EBTAD\n"
                                  "AQH/MAsGA1UdDwQEAwIHgDAKBggqhkjOPQQDAgNIADBFAiACSclv8rFh2sxV3SbQ\n"
                                  "wu1oiRXDcWD6iSMcOFMzYAuP+gIhAN6PTf/Ay0Zo8tvUIukatdud9PDZ+szrhIMm\n"
                                  "VXqdD0B5\n"
                                  "-----END CERTIFICATE-----\n";
static const char envelope[] = "-----BEGIN CMS-----\n"
                               "MIICywYJKoZIhvcNAQcCoIICvDCCArgCAQExDTALBglghkgBZQMEAgEwGwYJKoZI\n"
                               "hvcNAQcBoA4EDHNla2ltb3JpOiAxCqCCAYYwggGCMIIBKKADAgECAhQbgzfrm1da\n"
                               "pucw0GP97Dqo9CdI+TAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARmdXp6MCAXDTI2\n"
                               "MTEyMjIyNDgxNloYDzIxMjYxMDI5MjI0ODE2WjAPMQ0wCwYDVQQDDARmdXp6MFkw\n"
                               "EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt5VorDGhqYbVyV2lnJZWCqAN8iyCndAq\n"
                               "ZggPIrTuPHpytXGtoNUutROC0eJ6rmgVEFvLsR4Jmk3HITT9lWRolaNgMF4wHQYD\n"
                               "VR0OBBYEFK6AAxdybio67g+3G5Wz6JDjOiuMMB8GA1UdIwQYMBaAFK6AAxdybio6\n"
                               "7g+3G5Wz6JDjOiuMMA8GA1UdEwEB/wQFMAMBAf8wCwYDVR0PBAQDAgeAMAoGCCqG\n"
                               "SM49BAMCA0gAMEUCIAJJyW/ysWHazFXdJtDC7WiJFcNxYPqJIxw4UzNgC4/6AiEA\n"
                               "3o9N/8DLRmjy29Qi6Rq125308Nn6zOuEgyZVep0PQHkxgfwwgfkCAQEwJzAPMQ0w\n"
                               "CwYDVQQDDARmdXp6AhQbgzfrm1dapucw0GP97Dqo9CdI+TALBglghkgBZQMEAgGg\n"
                               "aTAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwGCSqGSIb3DQEJBTEPFw0yNjEx\n"
                               "MjIyMjQ4MTZaMC8GCSqGSIb3DQEJBDEiBCCjgiBAkhuxuZ7dKRCXP9IYCSLtPlqb\n"
                               "rAzQn1miFS3XQjAKBggqhkjOPQQDAgRHMEUCIG3zsiPTS5NClXuwE5V8Eo9MxfX4\n"
                               "olg/ks29Jhlh3PBkAiEAgRQajDvVHo5Gcsb9IlVFooxg5XqVAXp2TmX6uCsaXpg=\n"
                               "-----END CMS-----\n";

/* Base64 would hide the structure from the mutations: what does not begin like PEM is DER, and gets its frame here. */
void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        unsigned char *der = NULL;
        auto_cms cms = NULL;
        int n;

        CLAIM(signed_data_parse(bytes_text(envelope), &cms, NULL) == 0);
        n = i2d_CMS_ContentInfo(cms, &der);
        CLAIM(n > 0);
        add(der, (size_t)n);
        add(envelope, strlen(envelope));
        add(certificate, strlen(certificate));
        OPENSSL_free(der);
}

static void open_pem(const uint8_t *p, size_t n) {
        auto_trust trust = NULL;
        auto_envelope e = NULL;
        auto_free uint8_t *peeked = NULL;
        size_t size;

        CLAIM(trust_parse(bytes_text(certificate), &trust, NULL) == 0);
        (void)envelope_peek(bytes_of(p, n), &peeked, &size, NULL);
        if (envelope_open(bytes_of(p, n), trust, &e, NULL) < 0)
                return;
        CLAIM(bytes_equal(envelope_text(e), bytes_text(text)));
        (void)envelope_valid_at(e, 1800000000, NULL);
}

static void open_der(const uint8_t *p, size_t n) {
        static const char begin[] = "-----BEGIN CMS-----\n", end[] = "\n-----END CMS-----\n";
        char pem[FUZZ_SIZE * 2];
        size_t at = strlen(begin);

        memcpy(pem, begin, at);
        at += (size_t)EVP_EncodeBlock((unsigned char *)pem + at, p, (int)n);
        memcpy(pem + at, end, strlen(end));
        open_pem((const uint8_t *)pem, at + strlen(end));
}

void fuzz_try(const uint8_t *p, size_t n) {
        struct trust *t = NULL;

        if (n && *p == '-')
                open_pem(p, n);
        else
                open_der(p, n);
        if (trust_parse(bytes_of(p, n), &t, NULL) == 0)
                trust_free(t);
}
