using System.Text;
using System.Text.RegularExpressions;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Repository.Tests;

/// <summary>What it costs to plan a container for full GPUs, and what is left alone meanwhile.</summary>
public sealed partial class PlanTests(NativeTools tools, ITestOutputHelper output) : IClassFixture<NativeTools>
{
    // Opening a node wakes a sleeping GPU, which takes seconds; the vendor's library must not run in a process that must not fail (docs/adr/0004).
    [Fact]
    public void No_GPU_is_opened_and_no_driver_library_loaded_for_full_GPUs()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] trace = host.Trace();
        string[] opened = [.. trace.Where(static line => line.Contains(" open", StringComparison.Ordinal))];
        Assert.DoesNotContain(
            opened, static line => line.Contains("\"/dev/nvidia", StringComparison.Ordinal) || line.Contains("\"/dev/dri/", StringComparison.Ordinal));
        Assert.DoesNotContain(trace, static line => line.Contains("PROT_EXEC", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal));
        // The core starts no child but a thread: the one program that follows is the low-level runtime.
        string[] programs = [.. trace.Where(static line => line.Contains(" execve(\"", StringComparison.Ordinal)).Select(static line => line.Split('"')[1])];
        Assert.Equal(["/usr/bin/nvidia-container-runtime", "/run/plan/trivial"], programs);
        Assert.DoesNotContain(trace, static line => line.Contains("fork(", StringComparison.Ordinal));
        Assert.All(trace.Where(static line => line.Contains(" clone", StringComparison.Ordinal)),
            static line => Assert.Contains("CLONE_THREAD", line, StringComparison.Ordinal));
        // The trace says something only if the GPUs were described.
        Assert.Contains(opened, static line => line.Contains("/proc/driver/nvidia/gpus/", StringComparison.Ordinal));
        Assert.Contains("/dev/nvidia1", host.Planned, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.570.133.20", host.Planned, StringComparison.Ordinal);
    }

    // The start of the program is among them; what is listed or asked for twice shows here.
    [Fact]
    public void A_plan_for_two_GPUs_with_graphics_takes_at_most_410_system_calls()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] calls = host.Calls();
        output.WriteLine(Summary(calls));
        Assert.Contains("10_nvidia.json", host.Planned, StringComparison.Ordinal);
        Assert.InRange(calls.Length, 1, 410);
    }

    // The longest steps of an edit wait for the kernel, and a second processor can do that too (docs/adr/0013).
    [Fact]
    public void A_second_thread_lists_the_folder_of_the_libraries_and_reads_them()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "a second thread is for a second processor");
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] trace = host.Trace();
        string main = Process(trace[0]);
        string list = Assert.Single(trace, static line => line.Contains("\"/usr/lib/x86_64-linux-gnu\", O_RDONLY", StringComparison.Ordinal));
        Assert.NotEqual(main, Process(list));
        string[] readers = [.. trace.Where(static line => line.Contains(" openat(", StringComparison.Ordinal)
            && line.Contains(".so.570.133.20\"", StringComparison.Ordinal)).Select(Process)];
        Assert.InRange(readers.Length, 20, 60);
        // What lies in a folder of its own below is not among them.
        Assert.InRange(readers.Count(reader => reader == main), 0, 2);
    }

    private static string Process(string line) => line.TrimStart().Split(' ')[0];

    // An overlay, of which the root of the simulated host is one, tells the size of its topmost directory alone; listing it takes longer than all other steps.
    [Fact]
    public void No_long_folder_is_listed_for_the_few_names_that_are_wanted_of_it()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] listed =
            [.. host.Trace().Where(static line => line.Contains("O_DIRECTORY", StringComparison.Ordinal)).Select(static line => line.Split('"')[1])];
        Assert.Contains("/usr/local/bin", listed);
        Assert.Contains("/usr/lib/x86_64-linux-gnu", listed);
        Assert.All(["/usr/bin", "/etc", "/usr/share"], folder => Assert.DoesNotContain(folder, listed));
    }

    [Fact]
    public void At_most_three_things_are_looked_at_twice()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string[] looks = [.. host.Calls().Select(static call => Look().Match(call)).Where(static look => look.Success).Select(static look => look.Value)];
        Assert.NotEmpty(looks);
        string[] repeated = [.. looks.GroupBy(static look => look).Where(static group => group.Count() > 1).Select(static group => group.Key)
            // The bundle is read when the program begins and replaced in the end; the program itself is compared with two others.
            .Where(static look => !look.Contains("/run/plan/bundle", StringComparison.Ordinal) && !look.Contains("/proc/self/exe", StringComparison.Ordinal))];
        output.WriteLine(string.Join('\n', repeated));
        Assert.InRange(repeated.Length, 0, 3);
    }

    [Fact]
    public void Sixteen_GPUs_take_hardly_more_system_calls_than_one()
    {
        using var one = new PlanningHost(tools, gpus: 1, request: "0");
        using var sixteen = new PlanningHost(tools, gpus: 16, request: "0");
        int few = one.Calls().Length, many = sixteen.Calls().Length;
        output.WriteLine($"system calls: {few} with 1 GPU, {many} with 16");
        Assert.InRange(many, few - (few / 20), few + (few / 20));
        Assert.DoesNotContain("/dev/nvidia1\"", sixteen.Planned, StringComparison.Ordinal);
    }

    // Megabytes of variables make the heap collect many times; what the program knew from its start must stay (docs/adr/0002).
    [Fact]
    public void A_container_with_fifty_thousand_variables_gets_its_GPUs_too()
    {
        using var host = new PlanningHost(tools, gpus: 2, request: "all");
        string template = host.At("/run/plan/template.json"), filler = new('x', 80);
        string variables = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"V{i}={filler}\""));
        File.WriteAllText(template, File.ReadAllText(template).Replace("\"PATH=/bin\"", "\"PATH=/bin\"," + variables, StringComparison.Ordinal));
        _ = host.Trace();
        Assert.Contains("V49999=", host.Planned, StringComparison.Ordinal);
        Assert.Contains("/dev/nvidia1", host.Planned, StringComparison.Ordinal);
        Assert.Contains("libcuda.so.570.133.20", host.Planned, StringComparison.Ordinal);
    }

    // Where only the loader's cache knows the driver's folder, the version is looked for among all libraries of the machine.
    [Fact]
    [Requirement("DS-24")]
    public void Six_hundred_libraries_in_the_loaders_cache_take_a_listing_of_their_folder()
    {
        const string driver = """{ "version": "570.133.20", "libraryFolder": "/opt/nvidia/lib" }""";
        using var host = new PlanningHost(tools, gpus: 1, request: "all", driver);
        int few = host.Calls().Length;
        AddLibraries(host, 600);
        int many = host.Calls().Length;
        output.WriteLine($"system calls: {few}, with 600 libraries more {many}");
        Assert.Contains("/opt/nvidia/lib/libcuda.so.570.133.20", host.Planned, StringComparison.Ordinal);
        Assert.InRange(many, few, few + 40);
    }

    // As distributions have them: the file with its version, and a link by which it is in the cache.
    private static void AddLibraries(PlanningHost host, int count)
    {
        Directory.CreateDirectory(host.At("/opt/many"));
        string file = host.At("/etc/ld.so.cache");
        var writer = new LibraryCacheWriter("test", signedBytes: true);
        foreach (LibraryCacheEntry entry in LibraryCache.Parse(File.ReadAllBytes(file)).ReadEntries())
            writer.Add(new CachedLibrary(Encoding.UTF8.GetBytes(entry.Name), Encoding.UTF8.GetBytes(entry.Path), entry.Flags));
        for (int i = 0; i < count; i++)
        {
            string name = $"libnumber{i}.so";
            File.WriteAllText(host.At($"/opt/many/{name}.1.2.3"), "");
            File.CreateSymbolicLink(host.At($"/opt/many/{name}.1"), $"{name}.1.2.3");
            writer.Add(new CachedLibrary(Encoding.UTF8.GetBytes(name + ".1"), Encoding.UTF8.GetBytes($"/opt/many/{name}.1"), 0x303));
        }
        File.WriteAllBytes(file, writer.ToBytes());
    }

    private static string Summary(string[] calls) => $"{calls.Length} system calls: " + string.Join(", ", calls.Select(static call => Name().Match(call).Value)
        .GroupBy(static name => name).OrderByDescending(static group => group.Count()).Select(static group => $"{group.Count()} {group.Key}"));

    [GeneratedRegex(@"[a-z_0-9]+(?=\()")]
    private static partial Regex Name();

    // What is asked about a path: what it is, where it leads, what is in it.
    [GeneratedRegex("(statx|readlinkat|openat)\\([^\"]*\"[^\"]+\"")]
    private static partial Regex Look();
}
