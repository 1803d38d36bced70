namespace GpuContainers.Generation.Hooks;

/// <summary>
/// Hooks that run one after the other in the container, as one call of their program: a low-level runtime starts a process for each, and waits for it.
/// </summary>
public static class JoinedHooks
{
    private const string Verb = "sequence";
    private const string Separator = ";";

    /// <summary>
    /// Specifications for one container, with the hooks that run in it joined into one, in the order in which they would have run; as they are where there is
    /// nothing to join, or where the hooks are not calls of one program.
    /// </summary>
    public static IReadOnlyList<CdiSpec> Join(IReadOnlyList<CdiSpec> specifications)
    {
        // As edits are applied: each device's, then the common ones (RT-180).
        var hooks = new List<Hook>();
        foreach (CdiSpec specification in specifications)
        {
            foreach (CdiDevice device in specification.Devices)
                hooks.AddRange(device.ContainerEdits.Hooks.Where(IsInContainer));
            hooks.AddRange(specification.ContainerEdits.Hooks.Where(IsInContainer));
        }
        if (Joined(hooks) is not { } joined)
            return specifications;
        var result = new List<CdiSpec>(specifications.Count);
        foreach (CdiSpec specification in specifications)
            result.Add(WithHooks(specification, static edits => [.. edits.Hooks.Where(static hook => !IsInContainer(hook))]));
        ContainerEdits last = result[^1].ContainerEdits;
        result[^1] = result[^1] with { ContainerEdits = last with { Hooks = [.. last.Hooks, joined] } };
        return result;
    }

    /// <summary>A specification of which containers take some devices: the hooks of each device are joined, and the common ones.</summary>
    public static CdiSpec JoinEach(CdiSpec specification) => WithHooks(specification, static edits =>
    {
        List<Hook> hooks = [.. edits.Hooks.Where(IsInContainer)];
        return Joined(hooks) is { } joined ? [.. edits.Hooks.Where(static hook => !IsInContainer(hook)), joined] : edits.Hooks;
    });

    private static CdiSpec WithHooks(CdiSpec specification, Func<ContainerEdits, IReadOnlyList<Hook>> hooksOf) => specification with
    {
        Devices = [.. specification.Devices.Select(device =>
            device with { ContainerEdits = device.ContainerEdits with { Hooks = hooksOf(device.ContainerEdits) } })],
        ContainerEdits = specification.ContainerEdits with { Hooks = hooksOf(specification.ContainerEdits) },
    };

    private static bool IsInContainer(Hook hook) => hook.HookName == HookCreator.CreateContainer;

    // Null where there is nothing to join, or a part could not be told from the next.
    private static Hook? Joined(List<Hook> hooks)
    {
        if (hooks.Count < 2)
            return null;
        Hook first = hooks[0];
        // "nvidia-ctk hook", or the hook program by itself (DS-83).
        int words = LexicalPath.Base(first.Path) == "nvidia-ctk" ? 2 : 1;
        List<string> args = [.. first.Args.Take(words), Verb];
        foreach (Hook hook in hooks)
        {
            if (hook.Path != first.Path || !hook.Env.SequenceEqual(first.Env) || hook.Timeout != first.Timeout || hook.Args.Count <= words
                || hook.Args.Contains(Separator))
                return null;
            if (args.Count > words + 1)
                args.Add(Separator);
            args.AddRange(hook.Args.Skip(words));
        }
        return first with { Args = args };
    }
}
