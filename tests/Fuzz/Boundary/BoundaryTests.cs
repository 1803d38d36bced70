namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>The short form of the boundary fuzzer, and that it sees what it is there to see.</summary>
public sealed class BoundaryTests(BoundaryHostFixture fixture) : IClassFixture<BoundaryHostFixture>
{
    private const string Shell = "/bin/sh";

    // The cases of one seed are the same in each run; eng/fuzz-boundary.sh goes on with others for as long as one likes.
    [Fact]
    [Requirement("SEC-27")]
    public void Whole_programs_end_in_a_result_or_an_error_whatever_they_are_given()
    {
        const int cases = 400;
        using var fuzzer = new BoundaryFuzzer(seed: 1, measuresTime: false);
        string[] findings = [.. Enumerable.Range(0, cases).Select(number => fuzzer.Run((ulong)number)).OfType<string>()];
        Assert.True(findings.Length == 0, string.Join('\n', findings));
        Assert.True(fuzzer.Executions.Count >= 8, "some programs were not started at all");
        Assert.InRange(fuzzer.Successes, cases / 5, cases);
    }

    // The smallest forms of what the fuzzer found: words of the command line, a variable, and descriptors (see BoundaryCase).
    [Theory]
    [Requirement("SEC-27")]
    [InlineData("nvidia-ctk cdi validate", "A=b", 2)]
    [InlineData("nvidia-ctk cdi validate", "A=b", 8)]
    [InlineData("nvidia-ctk-cli --help", "A=b", 24)]
    [InlineData("nvidia-ctk-installer --help", "A=b", 2)]
    [InlineData("nvidia-ctk-installer --help", "A=b", 7)]
    [InlineData("nvidia-cdi-hook create-symlinks --help", "A=b", 2)]
    [InlineData("nvidia-cdi-hook chmod --nothing", "A=b", 8)]
    [InlineData("nvidia-ctk cdi generate --library-search-path=x", "A=b", 0)]
    [InlineData("nvidia-ctk-cli gpu-inventory", "TZ=/fuzz/zero", 0)]
    [InlineData("nvidia-ctk-cli gpu-inventory", "TZ=/fuzz/pipe", 0)]
    [InlineData("nvidia-ctk --quiet config default", "TZ=/proc/self/fd/0", 7)]
    [InlineData("nvidia-ctk doctor", "NVIDIA_CTK_CONFIG=/fuzz/pipe", 0)]
    [InlineData("nvidia-container-cli --ldcache=/fuzz/zero list --libraries", "A=b", 0)]
    [InlineData("nvidia-ctk cdi list --spec-dir=/fuzz", "A=b", 0)]
    [InlineData("nvidia-ctk cdi transform root --input=/fuzz/zero", "A=b", 0)]
    public void What_was_found_stays_found(string line, string variable, int descriptors)
    {
        string[] words = line.Split(' ');
        var made = new BoundaryCase(words[0]);
        made.Arguments(words[1..]);
        made.Variable(variable);
        made.Variable("PATH=/usr/bin:/bin");
        made.Descriptors(descriptors);
        made.Node("/fuzz/zero", 'Z');
        made.Node("/fuzz/pipe", 'N');
        made.Node("/fuzz/x.yaml", 'N');
        BoundaryAnswer answer = fixture.Host.Run(made);
        Assert.Null(answer.Finding(made, measuresTime: false));
        // What could not be printed is not a success.
        Assert.True(descriptors == 0 || answer.Exit == 1, $"exit {answer.Exit}");
    }

    [Theory]
    [Requirement("SEC-27")]
    [InlineData("exit 0", null)]
    [InlineData("exit 1", null)]
    [InlineData("kill -SEGV $$", "signal 11")]
    [InlineData("echo 'nvidia-x: internal error: y' >&2; exit 1", "internal error")]
    [InlineData("echo 'the hook did not finish within 60 seconds' >&2; exit 1", "it ran into its deadline")]
    [InlineData("a=$(head -c 70000000 /dev/zero | tr '\\0' x); exit 0", " KiB of memory")]
    [InlineData("echo x >/fuzz/host/new", "a folder outside the container's root has changed")]
    [InlineData("chmod 700 /fuzz/host/file", "a folder outside the container's root has changed")]
    [InlineData("cp /fuzz/host/file /tmp/ || exit 0; kill -KILL $$", null)]
    [InlineData("head -c 3000 /dev/zero >&2", "3000 bytes on standard error")]
    public void It_sees_what_no_program_may_do(string script, string? finding)
    {
        BoundaryAnswer answer = Run(script, out BoundaryCase made);
        string? found = answer.Finding(made, measuresTime: false);
        if (finding is null)
            Assert.Null(found);
        else
            Assert.EndsWith(finding, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_variables_input_and_files_reach_the_program_byte_for_byte()
    {
        const string script =
            "printf %s \"$1\"; printf %s \"$A\"; cat; cat /fuzz/\u00ff/f; readlink /fuzz/l; stat -c %F:%a /fuzz/p; cat /fuzz/v/file";
        BoundaryAnswer answer = Run(script, out _, static made =>
        {
            made.Arguments("sh", "\u00fe\n");
            made.Variable("A=\u00fd");
            made.Input("in\u00fc");
            made.File("/fuzz/\u00ff/f", "\u00fbx");
            made.Link("/fuzz/l", "\u00fa");
            made.Node("/fuzz/p", 'N');
            made.Mode(UnixFileMode.UserRead);
            made.Directory("/fuzz/v");
            made.Volume(BoundaryCase.HostFolder, "/fuzz/v");
        });
        Assert.Equal("\u00fe\n\u00fdin\u00fc\u00fbx\u00fa\nfifo:400\nhost", answer.Output);
        Assert.Equal(0, answer.Exit);
    }

    // Two runs of a case mean the same.
    [Fact]
    public void A_case_follows_from_seed_and_number()
    {
        using var fuzzer = new BoundaryFuzzer(seed: 7, measuresTime: false);
        Assert.Equal(fuzzer.Make(3, out _).Describe(), fuzzer.Make(3, out _).Describe());
        Assert.NotEqual(fuzzer.Make(3, out _).Describe(), fuzzer.Make(4, out _).Describe());
    }

    private BoundaryAnswer Run(string script, out BoundaryCase made, Action<BoundaryCase>? more = null)
    {
        made = new BoundaryCase(Shell) { KeepsHost = true, MostErrors = 2000 };
        made.Arguments("-c", script);
        made.File(BoundaryCase.HostFolder + "/file", "host");
        made.Variable("PATH=/usr/bin:/bin");
        more?.Invoke(made);
        return fixture.Host.Run(made);
    }
}

/// <summary>One simulated host for all tests of a class.</summary>
public sealed class BoundaryHostFixture : IDisposable
{
    private readonly Lazy<BoundaryHost> _host = new(static () => new BoundaryHost());

    internal BoundaryHost Host => _host.Value;

    public void Dispose()
    {
        if (_host.IsValueCreated)
            _host.Value.Dispose();
    }
}
