using GpuContainers.Oci.Json;
using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

public sealed partial class OciDocument
{
    /// <summary>The hooks of the stage "prestart" in order, with the edits made so far.</summary>
    public IReadOnlyList<OciHook> PrestartHooks => Hooks("prestart");

    /// <summary>Whether a name is one of the six life cycle stages, in exactly this spelling.</summary>
    public static bool IsHookStage(string stage) => SlotOf(stage) != OciSlot.None;

    /// <summary>The hooks of a stage in order, with the edits made so far.</summary>
    /// <exception cref="OciException">There is no such stage.</exception>
    public IReadOnlyList<OciHook> Hooks(string stage)
    {
        var hooks = new List<OciHook>();
        if (Find(KnownSlotOf(stage)) is not { } node)
            return hooks;
        foreach (OciPart part in node.Parts)
            hooks.Add(ElementReader.Hook(Bytes(part)));
        return hooks;
    }

    // After the hooks that are there (RT-246); nothing is compared or sorted (CDI-108).
    /// <summary>Appends a hook to the list of its stage.</summary>
    /// <param name="stage">prestart, createRuntime, createContainer, startContainer, poststart or poststop.</param>
    /// <param name="hook">What to run.</param>
    /// <exception cref="OciException">There is no such stage.</exception>
    public void AppendHook(string stage, OciHook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        OciSlot slot = KnownSlotOf(stage);
        JsonLine json = Line();
        json.BeginObject();
        json.Member("path", hook.Path);
        json.Optional("args", hook.Args);
        json.Optional("env", hook.Env);
        json.Optional("timeout", hook.Timeout);
        json.EndObject();
        Require(slot).Edit().Add(OciPart.From(json.ToArray()));
    }

    // A list that becomes empty disappears, "hooks" itself stays (RT-155).
    /// <summary>Removes the prestart hooks that the caller names; the others keep their order.</summary>
    /// <returns>How many were removed.</returns>
    public int RemovePrestartHooks(Predicate<OciHook> condemned)
    {
        ArgumentNullException.ThrowIfNull(condemned);
        if (Find(OciSlot.Prestart) is not { } list)
            return 0;
        var kept = new List<OciPart>();
        foreach (OciPart part in list.Parts)
        {
            if (!condemned(ElementReader.Hook(Bytes(part))))
                kept.Add(part);
        }
        int removed = list.Parts.Count - kept.Count;
        if (removed == 0)
            return 0;
        List<OciPart> parts = list.Edit();
        parts.Clear();
        parts.AddRange(kept);
        if (kept.Count == 0)
        {
            list.Parent!.Edit().RemoveAll(part => part.Node?.Slot == OciSlot.Prestart);
            _slots[(int)OciSlot.Prestart] = null;
        }
        return removed;
    }

    private static OciSlot KnownSlotOf(string stage)
    {
        OciSlot slot = SlotOf(stage);
        return slot != OciSlot.None ? slot : throw new OciException(OciErrorReason.UnknownHookName, $"unknown hook name \"{stage}\"");
    }

    private static OciSlot SlotOf(string stage) => stage switch
    {
        "prestart" => OciSlot.Prestart,
        "createRuntime" => OciSlot.CreateRuntime,
        "createContainer" => OciSlot.CreateContainer,
        "startContainer" => OciSlot.StartContainer,
        "poststart" => OciSlot.Poststart,
        "poststop" => OciSlot.Poststop,
        _ => OciSlot.None,
    };
}

/// <summary>One entry of a list below "hooks" in config.json.</summary>
public sealed record OciHook
{
    /// <summary>The program.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Its arguments, argument 0 included.</summary>
    public IReadOnlyList<string> Args { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Its environment, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Seconds after which the runtime gives up; null when there is no limit.</summary>
    public long? Timeout { get; init; }
}
