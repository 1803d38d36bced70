namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi transform root</c>: moves the paths of a specification to another root.</summary>
internal static class CdiTransformRootCommand
{
    private static readonly TextOption s_from = new("--from", "The root to replace") { ValueWord = "DIR" };
    private static readonly TextOption s_to = new("--to", "The root that takes its place") { ValueWord = "DIR" };
    private static readonly TextOption s_relativeTo = new("--relative-to", "Whose paths are meant: host or container", "host")
    {
        ValueWord = "WHAT",
        Choices = ["host", "container"],
    };
    private static readonly TextOption s_input = new("--input", "The specification to read; - is standard input", "-") { ValueWord = "FILE" };
    private static readonly TextOption s_output = new("--output", "The file to write; standard output if it is not given") { ValueWord = "FILE" };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("root", "Replace the root of paths in a CDI specification")
    {
        Run = Run,
        Examples =
        [
            new Example("make a specification of a driver container fit for the host",
                "nvidia-ctk cdi transform root --from=/driver --to=/run/nvidia/driver --input=gpu.yaml"),
        ],
        Options = [s_from, s_to, s_relativeTo, s_input, s_output],
    };

    private static int Run(Invocation invocation)
    {
        string relativeTo = invocation.Get(s_relativeTo);
        // Before anything is read (CDI-161).
        if (relativeTo is not ("host" or "container"))
            throw new ToolkitException($"invalid --relative-to value: {relativeTo}; use host or container");
        CdiSpec input = Read(invocation.Get(s_input));
        var transform = new RootTransform(invocation.Get(s_from), invocation.Get(s_to), relativeTo == "container");
        CdiSpec moved = transform.Apply(input);
        // What was only filled in must not make the declared version too low (CDI-147).
        if (input.Version.Length > 0 && SpecVersion.FindProblem(moved) is not null && SpecVersion.FindProblem(input) is null)
            moved = SpecTransforms.DropFilledHostPaths(input, moved);
        // A version that was given stays, even when a lower one would do (CDI-165).
        Write(moved.Version.Length > 0 ? moved : SpecTransforms.MinimumVersion(moved), invocation);
        return 0;
    }

    private static CdiSpec Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = path == "-" ? ToEnd(Console.OpenStandardInput()) : IsStream(path) ? ToEnd(File.OpenRead(path)) : CdiSpecFile.ReadBytes(path);
        }
        catch (Exception error) when (error is LinuxException or IOException or CdiException)
        {
            throw new CdiException(CdiErrorReason.FileSystem, $"failed to load CDI specification: failed to read spec contents: {error.Message}", error);
        }
        try
        {
            // Parsed, not validated; no document at all fails later for want of devices (CDI-162, CDI-166).
            return CdiSpecReader.Parse(bytes, path == "-" ? "standard input" : path).Spec ?? new SpecBuilder().Build().Spec;
        }
        catch (CdiException error)
        {
            throw new CdiException(error.Reason, $"failed to load CDI specification: failed to parse CDI spec: {error.Message}", error);
        }
    }

    // What a shell's <(…) and /dev/stdin stand for: unlike in a folder of specifications, somebody named it here.
    private static bool IsStream(string path) =>
        HostFile.TryStatus(path, followLinks: true, out FileStatus status) && status.Kind is FileKind.Pipe or FileKind.CharacterDevice;

    private static byte[] ToEnd(Stream input)
    {
        using (input)
        {
            using var content = new MemoryStream();
            byte[] part = new byte[16384];
            while (input.Read(part) is > 0 and int count)
            {
                content.Write(part, 0, count);
                // A device need not have an end.
                if (content.Length > CdiSpecFile.SizeLimit)
                    throw new IOException($"more bytes than the {CdiSpecFile.SizeLimit} that a CDI specification may have");
            }
            return content.ToArray();
        }
    }

    // A file by its extension, standard output always in YAML (CDI-163).
    private static void Write(CdiSpec spec, Invocation invocation)
    {
        string path = invocation.Get(s_output);
        if (path == "-")
            Log.Warning("The output goes to the file -.yaml; standard output is chosen by leaving --output out");
        if (path.Length > 0)
        {
            CdiSpecFile.Save(path, spec);
            return;
        }
        try
        {
            spec.EnsureValid();
            CdiSpecWriter.Write(spec, invocation.Output);
        }
        catch (CdiException error)
        {
            throw new CdiException(error.Reason, $"failed to write CDI spec to STDOUT: {error.Message}", error);
        }
    }
}
