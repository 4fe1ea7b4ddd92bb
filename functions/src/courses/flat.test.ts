import fc from 'fast-check';
import { shownTopics, topicsOf } from './course.ts';
import { CourseId, PartId, VideoIn } from './courses.contract.ts';
import { courseIdOf, foldVideos, topicIdOf, videoOf, type Found } from './flat.ts';

const video = (id: string, order: number, more = {}): Found => ({
  id,
  doc: {
    course: 'Selling',
    title: `Title ${id}`,
    url: 'https://youtu.be/dQw4w9WgXcQ',
    seconds: 60,
    order,
    ...more,
  },
});

test('F84 a link is read as the source that it leads to', () => {
  const youtube = { source: 'youtube', videoId: 'dQw4w9WgXcQ' };
  for (const url of [
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3',
    'https://youtu.be/dQw4w9WgXcQ',
    'https://youtube.com/embed/dQw4w9WgXcQ',
  ])
    expect(videoOf(url)).toEqual(youtube);
  expect(videoOf('https://player.vimeo.com/video/76979871')).toEqual({
    source: 'vimeo',
    videoId: '76979871',
  });
  expect(
    videoOf('https://res.cloudinary.com/demo/video/upload/c_fill/v1312461204/courses/intro.mp4'),
  ).toEqual({
    source: 'cloudinary',
    publicId: 'courses/intro',
  });
  expect(videoOf('https://cdn.example.com/a.mp4')).toEqual({
    source: 'external',
    url: 'https://cdn.example.com/a.mp4',
  });
  for (const url of [
    'http://cdn.example.com/a.mp4',
    'https://127.0.0.1/a.mp4',
    'https://youtube.com/watch?v=short',
    'nothing',
    'javascript:alert(1)',
    'https://vimeo.com/about',
  ])
    expect(videoOf(url)).toBeNull();
});

test('F84 whatever names and links there were, ids and videos are such as a call takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.webUrl(), (name, id, url) => {
      expect(CourseId.safeParse(courseIdOf(name)).success).toBe(true);
      expect(PartId.safeParse(topicIdOf(id)).success).toBe(true);
      const lies = videoOf(url);
      if (lies) expect(VideoIn.safeParse(lies).success).toBe(true);
    }),
  );
  expect(courseIdOf('Selling Online!')).toBe('selling-online');
  expect(courseIdOf('البيع')).not.toBe(courseIdOf('الشراء'));
});

test('F84 videos become topics in their order, once; what cannot is told, and what was changed since is left alone', () => {
  const all = [
    video('b', 2),
    video('a', 1),
    video('c', 3, { url: 'ftp://x' }),
    video('d', 4, { seconds: 0 }),
  ];
  const first = foldVideos(null, 'Selling', all, 5);
  expect(topicsOf(first.course).map(({ title }) => title)).toEqual(['Title a', 'Title b']);
  expect(first.left.map(({ video: id }) => id)).toEqual(['c', 'd']);
  expect(shownTopics(first.course)).toEqual([]);
  const again = foldVideos(first.course, 'Selling', all, 9);
  expect(again.course).toBe(first.course);
  expect(again.added).toEqual([]);
  const renamed = {
    ...first.course,
    modules: first.course.modules.map((one) => ({ ...one, title: 'Mine' })),
  };
  const more = foldVideos(renamed, 'Selling', [...all, video('e', 0)], 9);
  expect(more.course.modules[0]).toMatchObject({ title: 'Mine', topics: [{}, {}, { title: 'Title e' }] });
});

test('F59 a source without its field is refused, and one with the field of another', () => {
  const good = [
    { source: 'cloudinary', publicId: 'courses/intro' },
    { source: 'youtube', videoId: 'dQw4w9WgXcQ' },
    { source: 'vimeo', videoId: '76979871' },
    { source: 'external', url: 'https://cdn.example.com/a.mp4' },
  ] as const;
  const fields = { publicId: 'courses/intro', videoId: '76979871', url: 'https://cdn.example.com/a.mp4' };
  for (const one of good) {
    expect(VideoIn.safeParse(one).success).toBe(true);
    expect(VideoIn.safeParse({ source: one.source }).success).toBe(false);
    for (const [name, value] of Object.entries(fields))
      if (!(name in one)) {
        expect(VideoIn.safeParse({ ...one, [name]: value }).success).toBe(false);
        expect(VideoIn.safeParse({ source: one.source, [name]: value }).success).toBe(false);
      }
  }
  const bad = [
    { source: 'cloudinary', publicId: '../secrets' },
    { source: 'youtube', videoId: 'dQw4w9WgXc' },
    { source: 'vimeo', videoId: 'abc' },
    ...[
      'http://a.example',
      'https://u:p@a.example',
      'https://a.example:8443',
      'https://localhost',
      'javascript:1',
    ].map((url) => ({ source: 'external', url })),
    { source: 'file', path: 'x' },
  ];
  expect(bad.filter((one) => VideoIn.safeParse(one).success)).toEqual([]);
});
