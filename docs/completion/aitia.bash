# Completion of aitia(1) for bash: source this file. Made by `aitia docs bash`; do not edit.

_aitia_words()
{
	case $1 in
	'') echo 'tui import batch list count show annotate incident change lint apply edit export template redact export-findings exposure stats sql onset contrast similar plan group watch agreement undo redo index log check merge backup compact view config demo help docs ' ;;
	batch) echo 'list show ' ;;
	incident) echo 'create list show set status review revisions add remove cause event action section put recurrences ' ;;
	change) echo 'add list ' ;;
	template) echo 'list show check names ' ;;
	exposure) echo 'import list ' ;;
	plan) echo 'make list show ' ;;
	group) echo 'list show join part free propose ' ;;
	view) echo 'list ' ;;
	help) echo 'tui import list count show annotate lint apply edit export redact export-findings stats sql onset contrast similar watch agreement undo redo index log check merge backup compact config demo help docs ' ;;
	docs) echo 'commands keys terms query record lint template-names schema man bash ' ;;
	esac
}

_aitia_options()
{
	case $1 in
	'tui') echo '--out --template --ascii --no-mouse --blind ' ;;
	'import') echo '--format --profile --map --verdicts --source-root --per --illustrative --strict --dry-run --show --rejects --name-rejects --verbose --list-formats --json ' ;;
	'batch list') echo '--limit --json ' ;;
	'batch show') echo '--limit --json ' ;;
	'list') echo '--sort --limit --json --view ' ;;
	'count') echo '--by --top --json --view ' ;;
	'show') echo '--find --json ' ;;
	'annotate') echo '--where --cause --symptom --no-symptoms --verdict --severity --confidence --lines --note --blind --adjudicate --status --duplicate-of --defer-until --json --view ' ;;
	'incident create') echo '--severity --status --key --json ' ;;
	'incident list') echo '--json ' ;;
	'incident show') echo '--audience --rules --json ' ;;
	'incident set') echo '--title --severity --rationale --status --partial --duplicate-of --signature --json ' ;;
	'incident status') echo '--json ' ;;
	'incident review') echo '--note --json ' ;;
	'incident revisions') echo '--restore --json ' ;;
	'incident add') echo '--where --role --json --view ' ;;
	'incident remove') echo '--json ' ;;
	'incident cause') echo '--role --confidence --intent --evidence --json ' ;;
	'incident event') echo '--kind --milestone --certainty --source --cohort --json ' ;;
	'incident action') echo '--cause --status --owner --due --link --criterion --json ' ;;
	'incident section') echo '--json ' ;;
	'incident put') echo '--json ' ;;
	'incident recurrences') echo '--accept --kind --dismiss --all --json ' ;;
	'change add') echo '--json ' ;;
	'change list') echo '--json ' ;;
	'lint') echo '--level --waive --rules --sarif --json ' ;;
	'apply') echo '--json ' ;;
	'edit') echo '--adopt --site --out --template --audience --rules --json ' ;;
	'export') echo '--site --out --template --audience --rules --all --url --prune --check --unreviewed --force --watch --json ' ;;
	'template list') echo '--json ' ;;
	'template show') echo '' ;;
	'template check') echo '--json ' ;;
	'template names') echo '--json ' ;;
	'redact') echo '--all --keep --hide --why --rules --json ' ;;
	'export-findings') echo '--format --out --all --view ' ;;
	'exposure import') echo '--json ' ;;
	'exposure list') echo '--json ' ;;
	'stats') echo '--json --view ' ;;
	'sql') echo '--views --limit --seconds --json ' ;;
	'onset') echo '--by --among --exposure --adjust --alarm-days --power --incident --cohort --set --json --view ' ;;
	'contrast') echo '--against --json --view ' ;;
	'similar') echo '--kind --least --of --limit --json --view ' ;;
	'plan make') echo '--size --margin --share --design-effect --by --toward --targeted --seed --json --view ' ;;
	'plan list') echo '--json ' ;;
	'plan show') echo '--of --json ' ;;
	'group list') echo '--limit --json --view ' ;;
	'group show') echo '--json ' ;;
	'group join') echo '--json ' ;;
	'group part') echo '--json ' ;;
	'group free') echo '--json ' ;;
	'group propose') echo '--accept --json --view ' ;;
	'watch') echo '--query --among --exposure --adjust --record --json ' ;;
	'agreement') echo '--on --blind --resamples --json --view ' ;;
	'undo') echo '--json ' ;;
	'redo') echo '--json ' ;;
	'index') echo '--status --rebuild --json ' ;;
	'log') echo '--by --since --until --verb --sample --incident --limit --json ' ;;
	'check') echo '--quick --json ' ;;
	'merge') echo '--dry-run --json ' ;;
	'backup') echo '--verify --restore --force --json ' ;;
	'compact') echo '--json ' ;;
	'view list') echo '--json ' ;;
	'config') echo '--list --json ' ;;
	'demo') echo '--out --reset ' ;;
	'help') echo '' ;;
	'docs') echo '' ;;
	esac
	echo '--store --reviewer --wait --help --version '
}

_aitia_choices()
{
	case "$1 $2" in
	'tui --out') echo '@folder' ;;
	'tui --template') echo '@any' ;;
	'import --format') echo 'sarif inspect promptfoo jsonl json diff csv lint claude-code swe-agent otlp ' ;;
	'import --profile') echo '@any' ;;
	'import --map') echo '@any' ;;
	'import --verdicts') echo '@file' ;;
	'import --source-root') echo '@folder' ;;
	'import --per') echo 'hunk file ' ;;
	'import --show') echo '@any' ;;
	'import --rejects') echo '@file' ;;
	'import --name-rejects') echo '@any' ;;
	'batch list --limit') echo '@any' ;;
	'batch show --limit') echo '@any' ;;
	'list --sort') echo 'newest oldest level path id relevance ' ;;
	'list --limit') echo '@any' ;;
	'list --view') echo '@view' ;;
	'count --by') echo '@any' ;;
	'count --top') echo '@any' ;;
	'count --view') echo '@view' ;;
	'show --find') echo '@any' ;;
	'annotate --where') echo '@any' ;;
	'annotate --cause') echo 'model infrastructure testing data_gap model/capability_limit model/training_regression model/behavioral_quirk model/instruction_following model/long_context model/hallucination model/tool_use model/tokenizer_or_language model/version_swap infrastructure/routing infrastructure/load_balancing infrastructure/numerics infrastructure/compiler_or_kernel infrastructure/sampling infrastructure/quantization infrastructure/capacity infrastructure/cache infrastructure/stale_config infrastructure/context_management infrastructure/system_prompt_change infrastructure/tool_schema_change infrastructure/compaction infrastructure/session_resume infrastructure/client_version_skew infrastructure/default_changed infrastructure/feature_flag infrastructure/experiment_interaction infrastructure/undocumented_change testing/coverage_gap testing/eval_not_sensitive testing/not_per_model testing/no_ablation testing/no_production_eval testing/environment_mismatch testing/no_long_session_case testing/canary_too_small testing/no_soak testing/code_review_missed testing/dogfooding_blind_spot testing/monitoring_gap testing/alert_ignored testing/flaky_test testing/masked_by_workaround data_gap/missing_telemetry data_gap/privacy_access_limit data_gap/feedback_not_linked data_gap/sampling_bias data_gap/mislabeled data_gap/ground_truth_absent data_gap/training_data_gap data_gap/stale_knowledge data_gap/retrieval_gap data_gap/distribution_shift data_gap/retention_expired ' ;;
	'annotate --symptom') echo 'wrong_logic missing_corner_case hallucinated_api syntax_error insecure_code slow_code incomplete misread_request unrequested_change wrong_language_tokens repetition forgetfulness odd_tool_choice edit_without_read unverified_claim_of_done premature_stop quota_drain ' ;;
	'annotate --verdict') echo 'none confirmed_defect false_positive intended duplicate cannot_reproduce insufficient_information ' ;;
	'annotate --severity') echo 'none Q1 Q2 Q3 Q4 Q5 ' ;;
	'annotate --confidence') echo 'none confirmed likely possible ruled_out inconclusive ' ;;
	'annotate --lines') echo '@any' ;;
	'annotate --note') echo '@any' ;;
	'annotate --status') echo 'untriaged in_review annotated needs_info deferred excluded ' ;;
	'annotate --duplicate-of') echo '@any' ;;
	'annotate --defer-until') echo '@any' ;;
	'annotate --view') echo '@view' ;;
	'incident create --severity') echo 'none Q1 Q2 Q3 Q4 Q5 ' ;;
	'incident create --status') echo 'suspected declared investigating mitigated resolved watching closed reopened duplicate ' ;;
	'incident create --key') echo '@any' ;;
	'incident show --audience') echo 'internal public ' ;;
	'incident show --rules') echo '@file' ;;
	'incident set --title') echo '@any' ;;
	'incident set --severity') echo 'none Q1 Q2 Q3 Q4 Q5 ' ;;
	'incident set --rationale') echo '@any' ;;
	'incident set --status') echo 'suspected declared investigating mitigated resolved watching closed reopened duplicate ' ;;
	'incident set --partial') echo '@any' ;;
	'incident set --duplicate-of') echo '@any' ;;
	'incident set --signature') echo '@any' ;;
	'incident review --note') echo '@any' ;;
	'incident add --where') echo '@any' ;;
	'incident add --role') echo 'core likely control ' ;;
	'incident add --view') echo '@view' ;;
	'incident cause --role') echo 'none trigger contributing latent amplifier detection_gap response_gap ' ;;
	'incident cause --confidence') echo 'none confirmed likely possible ruled_out inconclusive ' ;;
	'incident cause --intent') echo 'unknown deliberate_tradeoff defect ' ;;
	'incident cause --evidence') echo '@any' ;;
	'incident event --kind') echo 'observation milestone change report hypothesis decision action communication ' ;;
	'incident event --milestone') echo 'none introduced first_impact first_detectable first_report detected declared mitigated fix_deployed rollout_complete resolved users_notified published ' ;;
	'incident event --certainty') echo 'exact approximate inferred disputed ' ;;
	'incident event --source') echo '@any' ;;
	'incident event --cohort') echo '@any' ;;
	'incident action --cause') echo '@any' ;;
	'incident action --status') echo 'open in_progress done verified_effective ineffective dropped ' ;;
	'incident action --owner') echo '@any' ;;
	'incident action --due') echo '@any' ;;
	'incident action --link') echo '@any' ;;
	'incident action --criterion') echo '@any' ;;
	'incident recurrences --accept') echo '@any' ;;
	'incident recurrences --kind') echo 'same_cause same_latent_condition fix_incomplete fix_reverted workaround_removed masked_by variant unrelated ' ;;
	'incident recurrences --dismiss') echo '@any' ;;
	'lint --level') echo 'none note warning error ' ;;
	'lint --waive') echo '@any' ;;
	'edit --site') echo 'plain hugo mkdocs jekyll docusaurus mdbook vitepress starlight html ' ;;
	'edit --out') echo '@folder' ;;
	'edit --template') echo '@any' ;;
	'edit --audience') echo 'internal public ' ;;
	'edit --rules') echo '@file' ;;
	'export --site') echo 'plain hugo mkdocs jekyll docusaurus mdbook vitepress starlight html ' ;;
	'export --out') echo '@folder' ;;
	'export --template') echo '@any' ;;
	'export --audience') echo 'internal public ' ;;
	'export --rules') echo '@file' ;;
	'export --url') echo '@any' ;;
	'redact --keep') echo '@any' ;;
	'redact --hide') echo '@any' ;;
	'redact --why') echo '@any' ;;
	'redact --rules') echo '@file' ;;
	'export-findings --format') echo 'sarif jsonl ' ;;
	'export-findings --out') echo '@file' ;;
	'export-findings --view') echo '@view' ;;
	'stats --view') echo '@view' ;;
	'sql --limit') echo '@any' ;;
	'sql --seconds') echo '@any' ;;
	'onset --by') echo '@any' ;;
	'onset --among') echo '@any' ;;
	'onset --exposure') echo '@file' ;;
	'onset --adjust') echo '@any' ;;
	'onset --alarm-days') echo '@any' ;;
	'onset --incident') echo '@any' ;;
	'onset --cohort') echo '@any' ;;
	'onset --view') echo '@view' ;;
	'contrast --against') echo '@any' ;;
	'contrast --view') echo '@view' ;;
	'similar --kind') echo 'exact normalised near ' ;;
	'similar --least') echo '@any' ;;
	'similar --of') echo '@any' ;;
	'similar --limit') echo '@any' ;;
	'similar --view') echo '@view' ;;
	'plan make --size') echo '@any' ;;
	'plan make --margin') echo '@any' ;;
	'plan make --share') echo '@any' ;;
	'plan make --design-effect') echo '@any' ;;
	'plan make --by') echo '@any' ;;
	'plan make --toward') echo '@any' ;;
	'plan make --seed') echo '@any' ;;
	'plan make --view') echo '@view' ;;
	'plan show --of') echo '@any' ;;
	'group list --limit') echo '@any' ;;
	'group list --view') echo '@view' ;;
	'group propose --view') echo '@view' ;;
	'watch --query') echo '@any' ;;
	'watch --among') echo '@any' ;;
	'watch --exposure') echo '@file' ;;
	'watch --adjust') echo '@any' ;;
	'agreement --on') echo 'verdict category cause severity symptom ' ;;
	'agreement --resamples') echo '@any' ;;
	'agreement --view') echo '@view' ;;
	'log --by') echo '@any' ;;
	'log --since') echo '@any' ;;
	'log --until') echo '@any' ;;
	'log --verb') echo 'annotate triage due alike plan incident members exposure apply import merge undo redo ' ;;
	'log --sample') echo '@any' ;;
	'log --incident') echo '@any' ;;
	'log --limit') echo '@any' ;;
	'demo --out') echo '@folder' ;;
	*' --store') echo '@file' ;;
	*' --reviewer') echo '@any' ;;
	*' --wait') echo '@any' ;;
	esac
}

_aitia()
{
	local cur=${COMP_WORDS[COMP_CWORD]} option= command= group= i word
	if [ "$cur" = "=" ]; then
		cur=; option=${COMP_WORDS[COMP_CWORD-1]}
	elif [ "$COMP_CWORD" -gt 2 ] && [ "${COMP_WORDS[COMP_CWORD-1]}" = "=" ]; then
		option=${COMP_WORDS[COMP_CWORD-2]}
	else
		option=${COMP_WORDS[COMP_CWORD-1]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--store|--reviewer) i=$((i + 1)); [ "${COMP_WORDS[i]}" = "=" ] && i=$((i + 1)) ;;
		-*|=) ;;
		*)	if [ -z "$command" ]; then command=$word; else command="$command $word"; break; fi
			[ -z "$(_aitia_words "$command")" ] && break ;;
		esac
	done
	COMPREPLY=()
	case $option in
	--*)	word=$(_aitia_choices "$command" "$option")
		case $word in
		'') ;;
		@any) return ;;
		@file) COMPREPLY=($(compgen -f -- "$cur")); return ;;
		@folder) COMPREPLY=($(compgen -d -- "$cur")); return ;;
		@view)	cur=${cur//\\/}
			while IFS= read -r word; do
				case $word in "$cur"*) COMPREPLY+=("$word") ;; esac
			done < <("$1" view list 2>/dev/null | cut -f1)
			return ;;
		*) COMPREPLY=($(compgen -W "$word" -- "$cur")); return ;;
		esac ;;
	esac
	word=$(_aitia_words "$command")
	case $cur in
	-*) COMPREPLY=($(compgen -W "$(_aitia_options "$command")" -- "$cur")) ;;
	*)	if [ -n "$word" ]; then
			COMPREPLY=($(compgen -W "$word" -- "$cur"))
		else
			COMPREPLY=($(compgen -f -- "$cur"))
		fi ;;
	esac
}
complete -o filenames -F _aitia aitia
