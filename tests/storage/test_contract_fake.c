/* The contract of stores, kept by the in-memory engine. */
#include "tests/support/fake_store.h"
#include "tests/support/store_contract.h"

static void retire(struct store *store, const char *code)
{
	assert_true(fake_store_retire_code(store, code));
}

int main(int argc, char **argv)
{
	const struct store_contract contract = { "contract: fake", fake_store_new, retire };

	return store_contract_run(&contract, argc > 1 ? argv[1] : NULL);
}
