using System.Text.Json.Nodes;

namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>--explain: what was looked for, where it was found or why not, and by which rule.</summary>
public sealed class GenerateExplainTests(WorkstationHost host) : IClassFixture<WorkstationHost>
{
    [Fact]
    public void The_tree_names_rules_places_finds_misses_and_decisions()
    {
        CommandResult result = host.Generate("--explain").Succeeded();
        string[] parts =
        [
            "mode (what the platform is", "mode nvml: auto: libnvidia-ml.so.1", "GPU 0 (a GPU is its node", "/dev/nvidia0", "driver libraries (every library",
                "in /usr/lib/",
            "driver version 570.133.07: told by the loaded kernel module", "libcuda.so.570.133.07", "libnvidia-nvvm70.so.*: 1 found", "nvidia-imex: not found",
                "hook update-ldcache: put in",
            "hook chmod: left out", "variable NVIDIA_CTK_LIBCUDA_DIR=",
        ];
        Assert.All(parts, part => Assert.Contains(part, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("cdiVersion", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Generated CDI spec", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_for_programs()
    {
        JsonNode json = JsonNode.Parse(host.Generate("--explain", "--format=json").Succeeded().Output)!;
        JsonArray sections = json["sections"]!.AsArray();
        JsonNode libraries = sections.Single(static section => section!["title"]!.GetValue<string>() == "driver libraries")!;
        Assert.Equal("every library that has the driver's version in its name, in the folders of the driver", libraries["rule"]!.GetValue<string>());
        Assert.NotEmpty(libraries["searched"]!.AsArray());
        JsonNode versioned = libraries["items"]!.AsArray().Single(static item => item!["wanted"]!.GetValue<string>() == "*.so.570.133.07")!;
        Assert.Equal("found", versioned["outcome"]!.GetValue<string>());
        Assert.Contains(versioned["found"]!.AsArray(), static path => path!.GetValue<string>().EndsWith("/libcuda.so.570.133.07", StringComparison.Ordinal));
        int missing = sections.SelectMany(static section => section!["items"]!.AsArray())
            .Count(static item => item!["outcome"]!.GetValue<string>() == "missing");
        Assert.Equal(missing, json["missing"]!.GetValue<int>());
        Assert.True(missing > 0);
        Assert.All(sections, static section => Assert.NotEqual("", section!["rule"]!.GetValue<string>()));
    }

    // The explanation takes standard output, so the specification goes to the file alone.
    [Theory]
    [InlineData("--format=json", "/run/both.yaml", '{', '-')]
    [InlineData("", "/run/both.json", 'w', '{')]
    [InlineData("--format=yaml", "/run/both.yaml", 'w', '-')]
    [InlineData("--format=json", "/run/both", '{', '{')]
    public void With_an_output_both_are_written(string format, string file, char explanation, char document)
    {
        CommandResult result = host.Generate(["--explain", "--output=" + file, .. format.Length > 0 ? new[] { format } : []]).Succeeded();
        Assert.Equal(explanation, result.Output[0]);
        Assert.Equal(document, File.ReadAllText(host.At(file))[0]);
    }

    [Fact]
    public void A_failure_is_explained_too()
    {
        CommandResult result = host.Generate("--explain", "--device-id=9");
        Assert.Equal(1, result.Status);
        Assert.Contains("libnvidia-ml.so.1: 1 found", result.Output, StringComparison.Ordinal);
        Assert.Contains("failed to get device handle from index", result.Errors, StringComparison.Ordinal);
        CommandResult empty = host.Generate("--explain", "--mode=gds");
        Assert.Equal(1, empty.Status);
        Assert.Contains("/dev/nvidia-fs*: not found", empty.Output, StringComparison.Ordinal);
        Assert.Contains("invalid device, empty device edits", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_there_but_no_device_says_so()
    {
        host.Shell("mkdir -p /run/odd/dev && ln -s /dev/nvidia0 /run/odd/dev/gdrdrv");
        CommandResult result = host.Generate("--explain", "--mode=gdrcopy", "--dev-root=/run/odd");
        Assert.Contains("/dev/gdrdrv: not found (/run/odd/dev/gdrdrv: not a character device but of kind Link)", result.Output, StringComparison.Ordinal);
    }
}
