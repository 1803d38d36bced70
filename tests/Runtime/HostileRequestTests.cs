using System.Diagnostics;
using System.Text;
using GpuContainers.Runtime.Tests.Prestart;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests;

/// <summary>Requests of any size, pipes that nobody reads, and names that lead to pipes.</summary>
public sealed class HostileRequestTests
{
    private static readonly string s_kinds = string.Join(',', Enumerable.Range(0, 1600).Select(number => $"v{number}.com/c=d"));

    [Fact]
    [Requirement("RT-264")]
    public void A_request_for_many_kinds_ends_in_a_short_message_with_cause_and_cure()
    {
        using var run = new ShimRun(Specification("NVIDIA_VISIBLE_DEVICES=" + s_kinds));
        string log = run.Scratch.At("log");
        CoreProgram.Result result = run.Create("--log", log, "--log-format", "json", "--debug");
        Assert.Equal(1, result.Status);
        Assert.InRange(Encoding.UTF8.GetByteCount(result.Errors), 1, 4096);
        Assert.Contains("unresolvable CDI devices v0.com/c=d, v1.com/c=d, ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("… and 1,590 more", result.Errors, StringComparison.Ordinal);
        Assert.Contains("nvidia-ctk cdi generate", result.Errors, StringComparison.Ordinal);
        Assert.All(File.ReadLines(log), static line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 4095));
        Assert.Contains(File.ReadLines(log), static line => line.Contains("\"level\":\"error\"", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("RT-264")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=%")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=v.com/c=%")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=0,v.com/c=%")]
    public void A_long_value_is_shown_without_its_middle(string entry)
    {
        using var run = new ShimRun(Specification(entry.Replace("%", new string('x', 100_000), StringComparison.Ordinal)));
        CoreProgram.Result result = run.Create("--log", run.Scratch.At("log"), "--debug");
        Assert.Equal(1, result.Status);
        Assert.InRange(Encoding.UTF8.GetByteCount(result.Errors), 1, 1500);
        Assert.InRange(new FileInfo(run.Scratch.At("log")).Length, 1, 32 << 10);
    }

    [Fact]
    [Requirement("RT-264")]
    public void The_hook_does_not_echo_a_request_either()
    {
        string many = string.Join(',', Enumerable.Range(0, 50_000).Select(number => $"cap{number}"));
        using var run = new HookRun(["NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=" + many,
            .. Enumerable.Range(0, 1000).Select(number => $"noise{number}")]);
        CoreProgram.Result result = run.Prestart();
        Assert.Equal(1, result.Status);
        Assert.Contains("unsupported capabilities found", result.Errors, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(result.Errors), 1, 4096);
        run.Specify(["NVIDIA_VISIBLE_DEVICES=0", .. Enumerable.Range(0, 1000).Select(number => $"noise{number}")]);
        result = run.Prestart();
        Assert.Equal(7, result.Status);
        Assert.Equal(10, result.Errors.Split('\n').Count(static line => line.Contains("Ignoring environment entry without '='", StringComparison.Ordinal)));
        Assert.Contains("Ignoring 990 more environment entries without '='", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-265")]
    public void Requirements_that_do_not_fit_an_argument_list_are_named()
    {
        using var run = new HookRun("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_REQUIRE_X=" + string.Join(' ', Enumerable.Repeat("cuda>=12.0", 40_000)));
        CoreProgram.Result result = run.Prestart();
        Assert.Equal(1, result.Status);
        Assert.Contains("the 1 NVIDIA_REQUIRE_* variables of the container", result.Errors, StringComparison.Ordinal);
        Assert.Contains("NVIDIA_DISABLE_REQUIRE=1", result.Errors, StringComparison.Ordinal);
        run.Specify("NVIDIA_VISIBLE_DEVICES=" + string.Join(',', Enumerable.Range(0, 40_000)));
        Assert.Contains("the 40000 devices that the container asks for", run.Prestart().Errors, StringComparison.Ordinal);
    }

    // Engines of the conmon family read standard error after the end, so a full pipe is one that nobody reads.
    [Theory]
    [Requirement("RT-266")]
    [InlineData("nvidia-container-runtime", "create", "--bundle", "BUNDLE", "c")]
    [InlineData("nvidia-container-runtime", "--version")]
    [InlineData("nvidia-container-runtime-hook", "prestart")]
    [InlineData("nvidia-container-cli", "configure")]
    public void A_full_pipe_keeps_no_program_from_ending(params string[] words)
    {
        using var run = new ShimRun("no json", "[nvidia-container-runtime]\nruntimes = [\"absent-runtime\"]\n");
        run.Scratch.Link(words[0], CoreProgram.Path);
        const string script = "mkfifo pipe; exec 3<>pipe; head -c 65536 /dev/zero >&3; file=$1; shift; exec \"./$file\" \"$@\" >&3 2>&3";
        string[] arguments = [.. words.Select(word => word == "BUNDLE" ? run.Bundle : word)];
        var start = new ProcessStartInfo("/bin/bash", ["-c", script, "bash", .. arguments])
        {
            WorkingDirectory = run.Scratch.Path,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in run.Variables())
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        bool ended = process.WaitForExit(TimeSpan.FromMinutes(1));
        if (!ended)
            process.Kill();
        Assert.True(ended, "it waits for a reader");
        Assert.Equal(1, process.ExitCode);
    }

    [Theory]
    [Requirement("RT-267")]
    [InlineData("config.toml")]
    [InlineData("bundle/config.json")]
    public void A_pipe_in_place_of_a_configuration_is_refused(string name)
    {
        using var run = new ShimRun();
        File.Delete(run.Scratch.At(name));
        MakePipe(run.Scratch.At(name));
        CoreProgram.Result result = run.Create();
        Assert.Equal(1, result.Status);
        Assert.Contains($"{run.Scratch.At(name)} is not a regular file", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-267")]
    public void The_null_device_is_an_empty_configuration()
    {
        using var run = new ShimRun();
        CoreProgram.Result result = CoreProgram.Run(
            run.Scratch, "nvidia-container-runtime", ["create", "--bundle", run.Bundle, "c"], run.Variables(("NVIDIA_CTK_CONFIG_FILE_PATH", "/dev/null")));
        Assert.Equal((0, ""), (result.Status, result.Errors));
    }

    [Fact]
    [Requirement("RT-267")]
    public void A_pipe_among_the_specifications_stops_no_other_vendor()
    {
        using var run = new ShimRun(Specification("NVIDIA_VISIBLE_DEVICES=v.com/gpu=0"));
        run.Scratch.File("cdi/v.json", """{"cdiVersion":"0.5.0","kind":"v.com/gpu","devices":[{"name":"0","containerEdits":{"env":["GIVEN=1"]}}]}""");
        MakePipe(run.Scratch.At("cdi/pipe.json"));
        run.Config = $"[nvidia-container-runtime.modes.cdi]\nspec-dirs = [\"{run.Scratch.At("cdi")}\"]\n";
        Assert.Equal(0, run.Create().Status);
        Assert.Contains("GIVEN=1", run.ConfigJson, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-267")]
    [InlineData("pipe")]
    [InlineData("bundle")]
    public void A_log_that_cannot_be_written_is_a_warning(string name)
    {
        using var run = new ShimRun();
        MakePipe(run.Scratch.At("pipe"));
        run.Config = $"[nvidia-container-runtime]\ndebug = \"{run.Scratch.At(name)}\"\n";
        Assert.Equal(0, run.Create("--log", run.Scratch.At("log")).Status);
        Assert.Contains("level=warning msg=\"Failed to open log file: open " + run.Scratch.At(name), run.Scratch.Read("log"), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-267")]
    public void A_pipe_with_a_reader_is_a_log_and_its_fullness_is_nobodys_problem()
    {
        using var run = new ShimRun();
        MakePipe(run.Scratch.At("pipe"));
        using var reader = new FileStream(run.Scratch.At("pipe"), FileMode.Open, FileAccess.ReadWrite);
        run.Config = $"[nvidia-container-runtime]\ndebug = \"{run.Scratch.At("pipe")}\"\n";
        Assert.Equal(0, run.Create().Status);
        byte[] buffer = new byte[65536];
        Assert.Contains("Using OCI specification file path", Encoding.UTF8.GetString(buffer, 0, reader.Read(buffer)), StringComparison.Ordinal);
        reader.Write(buffer);
        Assert.Equal(0, run.Create().Status);
    }

    // The sizes of the rule. With the square of them it would take minutes.
    [Theory]
    [Trait("Kind", "slow")]
    [Requirement("RT-265")]
    [InlineData("kinds")]
    [InlineData("devices")]
    [InlineData("variables")]
    [InlineData("requirements")]
    [InlineData("terms")]
    public void Work_grows_with_the_request_and_not_with_its_square(string what)
    {
        IEnumerable<int> numbers = Enumerable.Range(0, 100_000);
        string[] environment = what switch
        {
            "kinds" => ["NVIDIA_VISIBLE_DEVICES=" + string.Join(',', numbers.Select(static n => $"v{n}.com/c=d"))],
            "devices" => ["NVIDIA_VISIBLE_DEVICES=" + string.Join(',', numbers)],
            "variables" => ["NVIDIA_VISIBLE_DEVICES=x", .. numbers.Select(static n => $"V{n}=x")],
            "requirements" => ["NVIDIA_VISIBLE_DEVICES=0", .. numbers.Select(static n => $"NVIDIA_REQUIRE_{n}=brand=x brand=")],
            _ => ["NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_REQUIRE_X=" + string.Join(' ', numbers.Select(static n => $"brand=x{n}"))],
        };
        bool isRequired = what is "requirements" or "terms";
        using var run = new ShimRun(Specification(environment), isRequired ? "[nvidia-container-runtime]\nmode = \"csv\"\n" : "");
        var clock = Stopwatch.StartNew();
        CoreProgram.Result result = run.Create();
        // Two seconds on a quiet machine; work that grows with the square of the names takes many minutes on any.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
        Assert.Equal(what == "requirements" ? 0 : 1, result.Status == 0 ? 0 : 1);
        Assert.InRange(Encoding.UTF8.GetByteCount(result.Errors), 0, 4096);
    }

    private static string Specification(params string[] environment) =>
        $$$"""{"ociVersion":"1.0.2","process":{"env":[{{{string.Join(',', environment.Select(static entry => $"\"{entry}\""))}}}]}}""";

    private static void MakePipe(string path)
    {
        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
