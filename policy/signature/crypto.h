/* SPDX-License-Identifier: MIT */
/* crypto.h — OpenSSL as this tree uses it: without its configuration file, with owners that clean up by type. */
#pragma once

#include "base/cleanup.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* Call before anything else of OpenSSL. openssl.cnf, and OPENSSL_CONF in the environment, can load foreign modules and
 * lower what counts as secure; after this call neither is read. It may be called again: the first call counts. */
void crypto_start(void);

/* The reason of the oldest error in OpenSSL's queue, which is empty afterwards. Never NULL. */
const char *crypto_reason(void);

/* A name as people read it, most specific part first, in UTF-8; what could deceive a terminal comes escaped. The
 * caller frees. NULL: no memory. */
char *crypto_name(const X509_NAME *name);

CLEANUP(bio, BIO *, BIO_free_all)
CLEANUP(cms, CMS_ContentInfo *, CMS_ContentInfo_free)
CLEANUP(pkey, EVP_PKEY *, EVP_PKEY_free)
CLEANUP(x509, X509 *, X509_free)
CLEANUP(x509_crl, X509_CRL *, X509_CRL_free)
#define auto_bio AUTO(bio)
#define auto_cms AUTO(cms)
#define auto_pkey AUTO(pkey)
#define auto_x509 AUTO(x509)
#define auto_x509_crl AUTO(x509_crl)
