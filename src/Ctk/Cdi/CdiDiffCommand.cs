using GpuContainers.Ctk.Cdi.Diff;
using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Generation;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi diff</c>: what differs between a specification and this machine, or another specification.</summary>
internal static class CdiDiffCommand
{
    private const string Usual = "/var/run/cdi/nvidia.yaml";
    private const string Generate = "generate";
    private static readonly TextOption s_with = new("--with", "What to compare with: generate, or the path of a specification", Generate)
    {
        ValueWord = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("diff", "Show what differs between a CDI specification and this machine as it is now")
    {
        Run = Run,
        Details = $"Without SPEC it is {Usual}. Lines with - are in the specification alone, lines with + are what the machine has now.\n"
            + "The specification's own hook program, kind and device names are used, so that they make no difference.\n"
            + "Of a hook that both have, only the arguments that differ are shown; ... stands for the others.\n"
            + "The exit status is 1 if anything differs.",
        Examples =
        [
            new Example("whether the specification is stale", "nvidia-ctk cdi diff"),
            new Example("two specifications", "nvidia-ctk cdi diff /etc/cdi/nvidia.yaml --with=/var/run/cdi/nvidia.yaml"),
        ],
        Operands = "SPEC",
        Options = [s_with, OutputFormat.Option],
    };

    private static int Run(Invocation invocation)
    {
        bool isJson = OutputFormat.IsJson(invocation);
        string with = invocation.Get(s_with);
        if (invocation.Words.Count > 1)
            throw new ToolkitException($"one specification is compared, not {invocation.Words.Count}; name the other with --with");
        CdiSpec first = Read(invocation.Words.Count > 0 ? invocation.Words[0] : Usual);
        CdiSpec second = with == Generate ? Now(first, HostContext.OfThisProcess()) : Read(with);
        IReadOnlyList<SpecDifference> differences = SpecDifference.Between(first, second);
        invocation.Output.Write(isJson ? Json(differences) : Terminal.Fit(Text(differences)));
        return differences.Count > 0 ? 1 : 0;
    }

    /// <summary>What this machine has now, described in the way of a specification that exists.</summary>
    internal static CdiSpec Now(CdiSpec like, HostContext host, string driverRoot = "")
    {
        string hook = like.Devices.Select(static device => device.ContainerEdits).Prepend(like.ContainerEdits).SelectMany(static edits => edits.Hooks)
            .Select(static hook => hook.Path).FirstOrDefault() ?? "";
        var options = new GenerationOptions
        {
            DriverRoot = driverRoot,
            HookPath = HookProgramPath.Resolve(hook, host),
            NameStrategies = Strategies(like),
            Vendor = like.Vendor,
            Class = like.Class,
            MergedDevice = like.FindDevice("all") is null ? null : "all",
        };
        return SpecGenerator.Generate(options, ["all"], host);
    }

    private static DeviceNameStrategy[] Strategies(CdiSpec like)
    {
        string[] names = [.. like.Devices.Select(static device => device.Name).Where(static name => name != "all")];
        var found = new List<DeviceNameStrategy>();
        if (names.Any(static name => char.IsAsciiDigit(name[0])))
            found.Add(DeviceNameStrategy.Index);
        if (names.Any(static name => name.StartsWith("GPU-", StringComparison.Ordinal) || name.StartsWith("MIG-", StringComparison.Ordinal)))
            found.Add(DeviceNameStrategy.Uuid);
        if (names.Any(static name => name.StartsWith("gpu", StringComparison.Ordinal) || name.StartsWith("mig", StringComparison.Ordinal)))
            found.Add(DeviceNameStrategy.TypeIndex);
        return found.Count > 0 ? [.. found] : [DeviceNameStrategy.Index];
    }

    private static CdiSpec Read(string path) => CdiSpecReader.Parse(CdiSpecFile.ReadBytes(path), path).Spec
        ?? throw new CdiException(CdiErrorReason.Invalid, $"{path} holds no specification; generate it: nvidia-ctk cdi generate --output={path}");

    private static string Text(IReadOnlyList<SpecDifference> differences)
    {
        var text = new StringBuilder();
        foreach (SpecDifference difference in differences)
            text.Append($"{difference.Entity}\n{string.Concat(difference.Lines.Select(static line => $"  {line}\n"))}");
        return text.Length == 0 ? "no difference\n" : text.ToString();
    }

    private static string Json(IReadOnlyList<SpecDifference> differences) => JsonLine.Object(json => json.Member("differences", differences, difference =>
    {
        json.Member("entity", difference.Entity);
        json.Member("lines", difference.Lines);
    }));
}
