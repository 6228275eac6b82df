#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#define PAUSE() _mm_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() (void)0
#endif

#define LINE 256
// How often a thread looks again before it sleeps: from 10 to 500 µs, which is longer than it takes from one window of a small
// training step to the next. What does not come in that time is waited for more shortly the next time, for it may be that another
// process has the core that it needs.
#define FEWEST_LOOKS 500
#define MOST_LOOKS 25000
#define NANOSECONDS_A_LOOK 20

struct Crew {
  int threads;
  int running;
  pthread_t *members;
  void (*finished)(void *);
  void *context;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  Job line[LINE];
  atomic_uint_fast64_t added, begun, done;
  // The first thread ends when it is told to, the others when the first has ended: it may just be calling them.
  atomic_bool ending, ended;
  // What the members are working on, and who is through with it.
  Job job;
  atomic_int working;
  atomic_int arrived;
  atomic_uint_fast64_t generation;
  // Those who sleep until the barrier opens or the last is through with the job.
  pthread_mutex_t gate;
  pthread_cond_t opened;
  atomic_int sleepers;
  // How often threads that work look before they sleep.
  atomic_int patience;
};

uint64_t flush_subnormals(void) {
#if defined(__x86_64__)
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  return before;
#elif defined(__aarch64__)
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | (1u << 24)));
  return before;
#else
  return 0;
#endif
}

void restore_subnormals(uint64_t before) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)before);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
  (void)before;
#endif
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int within(int looks) { return looks < FEWEST_LOOKS ? FEWEST_LOOKS : looks > MOST_LOOKS ? MOST_LOOKS : looks; }

// Looking was worth it.
static int longer(int looks) { return within(looks + looks / 16 + 1); }

// It was not, and after that came a sleep: looking longer would have been, or none is.
static int after_sleep(int looks, double nanoseconds) {
  return within(looks + nanoseconds / NANOSECONDS_A_LOOK < MOST_LOOKS ? 2 * looks : looks / 2);
}

typedef bool Condition(Crew *crew, uint64_t known);
static bool has_opened(Crew *crew, uint64_t known) { return atomic_load(&crew->generation) != known; }
static bool is_through(Crew *crew, uint64_t known) { return (void)known, atomic_load(&crew->working) == 0; }

// Waits for others who work: looks for a while, then sleeps until `wake_sleepers`.
static void await_others(Crew *crew, Condition *condition, uint64_t known) {
  int patience = atomic_load_explicit(&crew->patience, memory_order_relaxed), looks = 0;
  while (looks < patience && !condition(crew, known)) PAUSE(), looks++;
  if (looks < patience) {
    // What comes at once says nothing.
    if (looks > patience / 8) atomic_store_explicit(&crew->patience, longer(patience), memory_order_relaxed);
    return;
  }
  double begun = nanoseconds();
  pthread_mutex_lock(&crew->gate);
  atomic_fetch_add(&crew->sleepers, 1);
  while (!condition(crew, known)) pthread_cond_wait(&crew->opened, &crew->gate);
  atomic_fetch_sub(&crew->sleepers, 1);
  pthread_mutex_unlock(&crew->gate);
  atomic_store_explicit(&crew->patience, after_sleep(patience, nanoseconds() - begun), memory_order_relaxed);
}

// After what is waited for has come. Who sleeps has said so before it looked for the last time.
static void wake_sleepers(Crew *crew) {
  if (atomic_load(&crew->sleepers) == 0) return;
  pthread_mutex_lock(&crew->gate);
  pthread_cond_broadcast(&crew->opened);
  pthread_mutex_unlock(&crew->gate);
}

void crew_barrier(Crew *crew, int threads) {
  if (threads == 1) return;
  uint64_t generation = atomic_load_explicit(&crew->generation, memory_order_acquire);
  if (atomic_fetch_add_explicit(&crew->arrived, 1, memory_order_acq_rel) == threads - 1) {
    atomic_store_explicit(&crew->arrived, 0, memory_order_relaxed);
    atomic_fetch_add(&crew->generation, 1);
    wake_sleepers(crew);
    return;
  }
  await_others(crew, has_opened, generation);
}

// Lets others have the core, who may be the ones that are waited for; how many looks that took, which are many if another wanted it.
static int give_way(void) {
  double begun = nanoseconds();
  sched_yield();
  return 1 + (int)((nanoseconds() - begun) / NANOSECONDS_A_LOOK);
}

// Waits until `value` is another than `known` or there is an end to it; `looks` is how long it does so awake.
static void await_change(Crew *crew, atomic_uint_fast64_t *value, uint64_t known, atomic_bool *end, int *looks) {
  for (int looked = 0; looked < *looks;) {
    if (looked < FEWEST_LOOKS) PAUSE(), looked++;
    else looked += give_way();
    if (atomic_load_explicit(value, memory_order_acquire) != known) {
      *looks = longer(*looks);
      return;
    }
  }
  double begun = nanoseconds();
  pthread_mutex_lock(&crew->lock);
  while (atomic_load_explicit(value, memory_order_acquire) == known && !atomic_load(end))
    pthread_cond_wait(&crew->changed, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
  *looks = after_sleep(*looks, nanoseconds() - begun);
}

static void announce(Crew *crew, atomic_uint_fast64_t *value) {
  pthread_mutex_lock(&crew->lock);
  atomic_fetch_add(value, 1);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
}

static void end(Crew *crew, atomic_bool *which) {
  pthread_mutex_lock(&crew->lock);
  atomic_store(which, true);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
}

typedef struct {
  Crew *crew;
  int thread;
} Member;

// A job on all threads, of which this is the first.
static void run_together(Crew *crew, Job job) {
  crew->job = job;
  atomic_store(&crew->working, crew->threads - 1);
  announce(crew, &crew->begun);
  job.run(job.subject, 0, crew->threads, crew);
  await_others(crew, is_through, 0);
}

// The first thread takes jobs from the line and calls the others to those that are for all.
static void lead(Crew *crew) {
  int looks = MOST_LOOKS;
  for (uint64_t number = 0;; number++) {
    await_change(crew, &crew->added, number, &crew->ending, &looks);
    if (atomic_load_explicit(&crew->added, memory_order_acquire) == number) return;
    pthread_mutex_lock(&crew->lock);
    Job job = crew->line[number % LINE];
    pthread_mutex_unlock(&crew->lock);
    // What has not begun when the crew ends is left undone.
    bool left = atomic_load(&crew->ending);
    if (!left && job.pace != NULL && crew->threads > 1) {
      bool alone = pace_alone(job.pace);
      double begun = nanoseconds();
      if (alone) job.run(job.subject, 0, 1, crew);
      else run_together(crew, job);
      pace_note(job.pace, job.work, alone, nanoseconds() - begun);
    } else if (!left) {
      job.run(job.subject, 0, 1, crew);
    }
    if (job.done) job.done(job.subject);
    announce(crew, &crew->done);
    if (!left) crew->finished(crew->context);
  }
}

static void follow(Crew *crew, int thread) {
  int looks = MOST_LOOKS;
  for (uint64_t number = 0;; number++) {
    await_change(crew, &crew->begun, number, &crew->ended, &looks);
    if (atomic_load_explicit(&crew->begun, memory_order_acquire) == number) return;
    crew->job.run(crew->job.subject, thread, crew->threads, crew);
    if (atomic_fetch_sub(&crew->working, 1) == 1) wake_sleepers(crew);
  }
}

static void *work(void *given) {
  Member member = *(Member *)given;
  free(given);
  flush_subnormals();
  if (member.thread == 0) lead(member.crew), end(member.crew, &member.crew->ended);
  else follow(member.crew, member.thread);
  return NULL;
}

Crew *crew_create(int threads, void (*finished)(void *), void *context) {
  Crew *crew = calloc(1, sizeof(Crew));
  if (crew == NULL) return NULL;
  crew->members = calloc((size_t)threads, sizeof(pthread_t));
  if (crew->members == NULL) {
    free(crew);
    return NULL;
  }
  crew->threads = threads;
  crew->finished = finished;
  crew->context = context;
  pthread_mutex_init(&crew->lock, NULL);
  pthread_cond_init(&crew->changed, NULL);
  pthread_mutex_init(&crew->gate, NULL);
  pthread_cond_init(&crew->opened, NULL);
  atomic_store(&crew->patience, MOST_LOOKS);
  return crew;
}

// Begins the threads; the first comes last, so that nobody works before all are there.
static bool begin(Crew *crew) {
  while (crew->running < crew->threads) {
    Member *member = malloc(sizeof(Member));
    if (member == NULL) return false;
    *member = (Member){crew, crew->threads - 1 - crew->running};
    if (pthread_create(&crew->members[crew->running], NULL, work, member) != 0) {
      free(member);
      return false;
    }
    crew->running++;
  }
  return true;
}

void crew_dispose(Crew *crew) {
  end(crew, &crew->ending);
  // The first thread is begun last, and may be missing.
  if (crew->running < crew->threads) end(crew, &crew->ended);
  for (int i = 0; i < crew->running; i++) pthread_join(crew->members[i], NULL);
  pthread_mutex_destroy(&crew->lock);
  pthread_cond_destroy(&crew->changed);
  pthread_mutex_destroy(&crew->gate);
  pthread_cond_destroy(&crew->opened);
  free(crew->members);
  free(crew);
}

uint64_t crew_added(Crew *crew) { return atomic_load_explicit(&crew->added, memory_order_acquire); }
// In one order with who says that it waits, or a wake-up could be missed.
uint64_t crew_done(Crew *crew) { return atomic_load(&crew->done); }

bool crew_add(Crew *crew, Job job) {
  if (crew->running < crew->threads && !begin(crew)) return false;
  pthread_mutex_lock(&crew->lock);
  while (crew_added(crew) - crew_done(crew) >= LINE) pthread_cond_wait(&crew->changed, &crew->lock);
  crew->line[crew_added(crew) % LINE] = job;
  atomic_fetch_add_explicit(&crew->added, 1, memory_order_release);
  pthread_cond_broadcast(&crew->changed);
  pthread_mutex_unlock(&crew->lock);
  return true;
}

void crew_wait(Crew *crew) {
  if (crew_done(crew) == crew_added(crew)) return;
  pthread_mutex_lock(&crew->lock);
  while (crew_done(crew) != crew_added(crew)) pthread_cond_wait(&crew->changed, &crew->lock);
  pthread_mutex_unlock(&crew->lock);
}
