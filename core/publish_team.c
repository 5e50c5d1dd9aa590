/*
 * Jobs lie in a ring. Three counts that only grow say all: jobs before `dropped` are over,
 * those before `taken` are somebody's work or done, those before `put` are under way. The
 * mutex guards the counts and is_done; a job is its taker's alone until that is set.
 */
#include "core/publish_team.h"

#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/thread.h"
#include "core/publish_run.h"

#define THREADS_MAX 8
#define JOBS_OF_EACH 4 /* enough to go on with while the owner is busy */

struct publish_team {
	void (*work)(struct publish_job *);
	struct publish_job *jobs;
	size_t size;
	size_t put, taken, dropped;
	pthread_mutex_t mutex;
	pthread_cond_t changed; /* something can be taken, or is done, or the end is near */
	pthread_t threads[THREADS_MAX];
	size_t thread_count;
	bool is_started, is_ending;
};

static size_t cores(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (size_t)count;
}

struct publish_team *publish_team_new(struct publication *publication, void (*work)(struct publish_job *))
{
	struct publish_team *team = mem_zalloc(1, sizeof(*team));

	team->work = work;
	team->size = cores() * JOBS_OF_EACH;
	team->jobs = mem_zalloc(team->size, sizeof(*team->jobs));
	for (size_t i = 0; i < team->size; i++) {
		team->jobs[i].publication = publication;
		team->jobs[i].files = file_set_new();
		file_set_note(team->jobs[i].files, publish_journal_note, &publication->journal);
	}
	pthread_mutex_init(&team->mutex, NULL);
	pthread_cond_init(&team->changed, NULL);
	return team;
}

void publish_job_clear(struct publish_job *job)
{
	struct publish_job empty = { .publication = job->publication, .arena = job->arena, .files = job->files };

	arena_clear(&empty.arena);
	*job = empty;
}

/* The mutex is held, and given up while the job is at work. */
static void do_next(struct publish_team *team)
{
	struct publish_job *job = &team->jobs[team->taken++ % team->size];

	pthread_mutex_unlock(&team->mutex);
	team->work(job);
	pthread_mutex_lock(&team->mutex);
	job->is_done = true;
	pthread_cond_broadcast(&team->changed);
}

static void *run(void *context)
{
	struct publish_team *team = context;

	pthread_mutex_lock(&team->mutex);
	while (!team->is_ending) {
		if (team->taken < team->put)
			do_next(team);
		else
			pthread_cond_wait(&team->changed, &team->mutex);
	}
	pthread_mutex_unlock(&team->mutex);
	return NULL;
}

/* From the second job on: one alone is made sooner than a thread is. Where none can be made the owner does all. */
static void start(struct publish_team *team)
{
	team->is_started = true;
	while (team->thread_count + 1 < cores() && thread_start(&team->threads[team->thread_count], run, team) == 0)
		team->thread_count++;
}

struct publish_job *publish_team_next(struct publish_team *team)
{
	return team->put - team->dropped < team->size ? &team->jobs[team->put % team->size] : NULL;
}

void publish_team_put(struct publish_team *team)
{
	pthread_mutex_lock(&team->mutex);
	team->put++;
	pthread_cond_signal(&team->changed);
	pthread_mutex_unlock(&team->mutex);
	if (!team->is_started && team->put == 2)
		start(team);
}

struct publish_job *publish_team_oldest(struct publish_team *team)
{
	struct publish_job *job = &team->jobs[team->dropped % team->size];

	if (team->dropped == team->put)
		return NULL;
	pthread_mutex_lock(&team->mutex);
	while (!job->is_done) {
		if (team->taken < team->put)
			do_next(team);
		else
			pthread_cond_wait(&team->changed, &team->mutex);
	}
	pthread_mutex_unlock(&team->mutex);
	return job;
}

void publish_team_drop(struct publish_team *team)
{
	publish_job_clear(&team->jobs[team->dropped++ % team->size]);
}

void publish_team_free(struct publish_team *team)
{
	if (!team)
		return;
	pthread_mutex_lock(&team->mutex);
	team->is_ending = true;
	pthread_cond_broadcast(&team->changed);
	pthread_mutex_unlock(&team->mutex);
	for (size_t i = 0; i < team->thread_count; i++)
		pthread_join(team->threads[i], NULL);
	for (size_t i = 0; i < team->size; i++) {
		arena_release(&team->jobs[i].arena);
		file_set_abandon(team->jobs[i].files);
	}
	pthread_cond_destroy(&team->changed);
	pthread_mutex_destroy(&team->mutex);
	free(team->jobs);
	free(team);
}
